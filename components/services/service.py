"""What a service beside the app is, as far as the cluster must know. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.pipeline_args import ResourcesArgs


@dataclass(frozen=True)
class Volume:
    """The volume of a service."""

    path: str
    """Where the container sees it."""
    size: str
    """Bytes, as a Kubernetes quantity."""
    class_name: str | None = None
    """StorageClass; None for the cluster's default."""
    delete: bool = False
    """Whether it goes when the stack is destroyed."""
    advice: str = "name another StorageClass"
    """What to type when its StorageClass is missing."""


@dataclass(frozen=True)
class Model:
    """What an LLM server must have before it is of use."""

    name: str
    seconds: int
    """How long its pull may take."""
    advice: str = "name another model"
    """What to type when it cannot be pulled."""


@dataclass(frozen=True)
class Service:
    """One service: one pod, its volume if it has data, and an address inside of the cluster."""

    name: str
    """Of its controller and pods."""
    address: str
    """Of its Service: the name in the app's variables."""
    image: str
    """`repository@sha256:…`."""
    user: int
    """Numeric user and group of the process."""
    ports: Mapping[str, int]
    """What the app connects to, by name."""
    health: int
    """Port of the probes."""
    live_path: str
    """Answers 200 while the process works."""
    ready_path: str
    """Answers 200 when requests may come."""
    resources: ResourcesArgs
    command: Sequence[str] = ()
    """Arguments of the image's own program."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    key_variable: str | None = None
    """Variable by which it gets the key that it asks of everybody; None if it asks for none."""
    volume: Volume | None = None
    model: Model | None = None
    stateful: bool = False
    """A StatefulSet: the old pod has gone before the new one opens its data, also when its node is silent."""
    reaches_out: bool = False
    """Whether it may connect to other machines."""

    @property
    def claim(self) -> str:
        """Name of its volume's claim."""
        return f"{self.name}-data"
