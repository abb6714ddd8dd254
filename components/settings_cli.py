"""The shape of a stack file's `cli`: pods without a port beside the web API.

The docstrings below the fields are what the README's table says. What is not here is as `app` has it: namespace, user,
where pods may connect, how secrets come, and how long a rollout may take.
"""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from components.domain import AppName, Given, RepositoryPath, Text, VariableName
from components.settings_app import ResourceSettings
from components.settings_fields import USUAL
from components.settings_image import SourceSettings
from components.settings_model import Model


class CliImageSettings(SourceSettings):
    """Where the image of the CLI comes from; it runs on `image.platform`, as the web API's does."""

    KEY: ClassVar[str] = "cli.image"
    EXAMPLE: ClassVar[str] = "cli"

    repository: RepositoryPath = "monadic-pipeline"
    """Path of the image in the registry; another one than `image.repository`."""
    context: Given | None = Field(default=None, examples=["cli"], json_schema_extra=USUAL)
    """Folder to build, relative to the project or absolute."""
    dockerfile: Given | None = Field(default=None, examples=["cli/Dockerfile"])
    """Dockerfile, relative to the project or absolute; `Dockerfile` in the context if not given."""


class CliSettings(Model):
    """The CLI as it runs in the cluster: it listens to nothing, and nobody may connect to it."""

    image: CliImageSettings
    """Where its image comes from."""
    name: AppName = "monadic-pipeline"
    """Name of the Deployment and what belongs to it."""
    replicas: int = Field(default=1, ge=0, le=100)
    """Pods to run."""
    command: tuple[Text, ...] = ()
    """Program and its first arguments, in place of the image's `ENTRYPOINT`."""
    args: tuple[Text, ...] = ()
    """Arguments, in place of the image's `CMD`."""
    environment: Mapping[VariableName, Text] = Field(default_factory=dict)
    """Environment variables, beside those of `services` and `appSecrets`, and in place of one of the same name."""
    resources: ResourceSettings = ResourceSettings()
    """Processor and memory of one pod."""
