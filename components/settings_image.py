"""The shape of a stack file's `image`, and of what each image of a stack has.

The docstrings below the fields are what the README's table says.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from components.domain import Digest, Given, RepositoryPath, SomeBytes, StageName, Text, VariableName
from components.settings_conflicts import ConflictError
from components.settings_fields import USUAL
from components.settings_model import Model


class SignatureSettings(Model):
    """Who must have signed an image before it is rolled out."""

    public_key: Given = Field(examples=["cosign.pub"])
    """File with the public key, as `cosign generate-key-pair` writes it, relative to the project or absolute."""


class SourceSettings(Model):
    """Where an image comes from: a build, or a digest that was built before."""

    KEY: ClassVar[str] = "image"
    """Of the object in the stack file, for what is said of it."""
    EXAMPLE: ClassVar[str] = "webapi"
    """A folder to offer."""

    repository: RepositoryPath = Field(examples=["team/web-api"])
    """Path of the image in the registry."""
    context: Given | None = Field(default=None, examples=["webapi"], json_schema_extra=USUAL)
    """Folder to build, relative to the project or absolute."""
    dockerfile: Given | None = Field(default=None, examples=["webapi/Dockerfile"])
    """Dockerfile, relative to the project or absolute; `Dockerfile` in the context if not given."""
    build_args: Mapping[VariableName, Text] = Field(default_factory=dict)
    """Values for the Dockerfile's `ARG`s; they stay readable in the image."""
    target: StageName | None = None
    """Stage of the Dockerfile to build; the last one if not given."""
    digest: Digest | None = None
    """Deploys this image (`sha256:…`) in place of a build."""
    signature: SignatureSettings | None = None
    """The key that the image must be signed with before it is rolled out; not asked for if not given."""
    allow_outside: bool = False
    """Allows a context outside of the project's repository."""
    context_limit: SomeBytes = "512Mi"
    """Most bytes that the context may have, after `.dockerignore`."""

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if self.context is None and self.digest is None:
            reason = f"says neither what to build ({self.KEY}.context) nor what to deploy ({self.KEY}.digest)"
            raise ConflictError(reason, (("context",), self.EXAMPLE))
        return self


class ImageSettings(SourceSettings):
    """Where the image of the web API comes from."""

    platform: Literal["linux/amd64", "linux/arm64"] = "linux/amd64"
    """What the stack's images run on; must match the cluster's nodes."""
