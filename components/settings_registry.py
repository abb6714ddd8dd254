"""The shape of a local stack's `registry`: one that is there, or none, and who loads the image into the nodes.

The docstrings below the fields are what the README's table says.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from components.domain import RegistryHost, UserName
from components.settings_conflicts import ConflictError
from components.settings_fields import USUAL
from components.settings_model import Model
from pulls import loaded


class RegistrySettings(Model):
    """Which existing registry the local stack uses, or what loads its image into the nodes where there is none."""

    given_host: RegistryHost | None = Field(
        default=None, alias="host", examples=["localhost:5001"], json_schema_extra=USUAL
    )
    """Host and port by which both this machine and the cluster's nodes reach it; needed unless `load` is given."""
    username: UserName | None = Field(default=None, examples=["ci"])
    """User of the secret `registryPassword`; the machine's docker login if not given."""
    load: Literal["registry", "kind", "minikube", "k3d"] = "registry"
    """How nodes get the image: from the `registry`; or, without one, `kind`, `minikube` or `k3d` loads it into them."""

    @property
    def host(self) -> str:
        """Host of the image's name; of no registry when the image is loaded."""
        return loaded.HOST if self.given_host is None else self.given_host

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if self.load == "registry":
            if self.given_host is None:
                reason = "says neither where the image is pushed (host) nor what loads it into the nodes (load)"
                raise ConflictError(reason, (("host",), "localhost:5001"))
            return self
        useless = [key for key, value in (("host", self.given_host), ("username", self.username)) if value is not None]
        if useless:
            reason = f"{' and '.join(useless)} is for a registry, and {self.load} loads the image without one"
            raise ConflictError(reason, *(((key,), None) for key in useless))
        return self
