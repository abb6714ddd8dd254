"""The shape of a stack file's `services`: what stands beside the app. The docstrings are what the README's table says.

Each has a `mode`: `off`, `in-cluster`, or `external` with an address. Switching one off keeps its other keys, so that
one command switches it on again.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from components.domain import DAY, ObjectName, SomeBytes
from components.services.words import Address, ImageByDigest, ModelName
from components.settings_app import ResourceSettings
from components.settings_conflicts import ConflictError
from components.settings_model import Model


class ServiceSettings(Model):
    """What every service beside the app has."""

    mode: Literal["off", "in-cluster", "external"] = "off"
    """`in-cluster` runs it beside the app, `external` tells the app where it is, `off` neither."""
    address: Address | None = None
    """Where an external one answers."""
    check_address: bool = True
    """Whether an external one must answer this machine before anything starts; false where only the cluster may."""
    image: ImageByDigest | None = None
    """Its image by digest, such as a mirror's; the one in `components/services/images.py` if not given."""
    resources: ResourceSettings = ResourceSettings()
    """Processor and memory of its pod."""

    @property
    def in_cluster(self) -> bool:
        """Whether it runs beside the app."""
        return self.mode == "in-cluster"

    @model_validator(mode="after")
    def _has_the_address_of_its_mode(self) -> Self:
        if self.mode == "external" and self.address is None:
            example = (type(self).model_fields["address"].examples or [""])[0]
            reason = "is external, and has no address"
            raise ConflictError(reason, (("address",), example))
        # Beside a `mode: off` that was written, an address waits for its service to be switched on again.
        forgotten = self.mode == "in-cluster" or "mode" not in self.model_fields_set
        if self.mode != "external" and self.address is not None and forgotten:
            reason = "has an address, which is for the mode external only"
            raise ConflictError(reason, (("mode",), "external"))
        return self


class StoredSettings(ServiceSettings):
    """What a service with data of its own has."""

    size: SomeBytes = "10Gi"
    """Bytes of its volume; may grow where the StorageClass allows that, and never shrinks."""
    volume_class: ObjectName | None = Field(default=None, examples=["standard"])
    """StorageClass of its volume; the cluster's default if not given."""
    delete_data: bool = False
    """Whether `pulumi destroy` deletes its volume; an `up` must come between, as a destroy reads no stack file."""


class LlmSettings(StoredSettings):
    """The LLM server: Ollama."""

    address: Address | None = Field(default=None, examples=["http://llm.example.com:11434"])
    """Where an external one answers."""
    size: SomeBytes = "20Gi"
    """Bytes of its volume; may grow where the StorageClass allows that, and never shrinks."""
    model: ModelName = "llama3"
    """Model that is pulled into its volume, and that the app asks for."""
    pull_seconds: int = Field(default=1800, ge=60, le=DAY)
    """How long the pull of the model may take."""


class VectorSettings(StoredSettings):
    """The vector database: Qdrant."""

    address: Address | None = Field(default=None, examples=["http://vectors.example.com:6333"])
    """Where an external one answers; its key goes to `appSecrets.PIPELINE__VectorStore__ApiKey`."""


class TraceSettings(ServiceSettings):
    """The tracing collector: Jaeger, which keeps traces in memory only."""

    address: Address | None = Field(default=None, examples=["http://traces.example.com:4317"])
    """Where an external one takes OTLP."""


class ServicesSettings(Model):
    """What stands beside the app."""

    llm: LlmSettings = LlmSettings()
    """LLM server (Ollama)."""
    vectors: VectorSettings = VectorSettings()
    """Vector database (Qdrant)."""
    traces: TraceSettings = TraceSettings()
    """Tracing collector (Jaeger)."""
