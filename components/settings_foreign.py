"""A registry of another provider, from which any cluster pulls with a login."""

from typing import Literal, Self

from pydantic import Field, model_validator

from components.domain import RegistryHost, UserName
from components.errors import InvalidValueError
from components.settings_conflicts import ConflictError
from components.settings_model import Model

SHORT_LIVED = {
    "AWS": "Amazon ECR, which ends after 12 hours",
    "oauth2accesstoken": "Google Cloud, which ends after an hour",
    "00000000-0000-0000-0000-000000000000": "Azure, which ends after 3 hours",
}
"""User names of a cloud's tokens (Amazon ECR, Artifact Registry and Azure Container Registry documentation)."""


class ForeignRegistry(Model):
    """A registry from which nodes pull with a login only: Docker Hub, GHCR, Quay, Harbor, another cloud's."""

    mode: Literal["foreign"]
    host: RegistryHost = Field(examples=["ghcr.io"])
    """Its host; `docker.io` for Docker Hub."""
    username: UserName | None = None
    """User of the secret `registryPassword`; the machine's docker login if not given."""

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        """A pull secret is used for as long as the app runs."""
        if self.host == "gcr.io" or self.host.endswith(".gcr.io"):
            reason = f"{self.host} is answered by Artifact Registry: mode create or existing, repository {self.host}"
            raise InvalidValueError(reason)
        if self.username in SHORT_LIVED:
            reason = (
                f"user {self.username} stands for a token of {SHORT_LIVED[self.username]}: pulls would fail with the "
                "first new node after that; a pull secret needs a login that lasts"
            )
            raise ConflictError(reason, (("username",), "<user>"))
        return self
