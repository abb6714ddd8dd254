"""What a simulated cloud is made of: its resource types and functions, as data that one provider serves.

Whatever a cloud does beyond keeping inputs stands in a `Kind`, with its source: which names it takes, what it
computes, what cannot change, what a deletion refuses or takes along. A type that is not listed is refused by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.clouds import sdk_types
from sandbox.clouds.world import Content, Thing

Json = Mapping[str, Any]


class CloudError(Exception):
    """What the cloud answers in place of doing it, in the words that its real provider passes on."""


@dataclass(frozen=True)
class Order:
    """One request, as the cloud sees it."""

    name: str
    """The resource's logical name in the program; of a function, its token."""
    inputs: Json
    """Plain values by their names on the wire, secrets unwrapped, without unknowns."""
    config: Json
    """The provider's: `region`, `project`, `subscriptionId`, …"""
    content: Content
    """What exists; may be changed."""
    now: float
    """Seconds since 1970."""
    old: Thing | None = None
    """What is updated; None at creation."""


def _nothing_wrong(inputs: Json) -> list[tuple[str, str]]:
    _ = inputs
    return []


def _as_given(name: str, inputs: Json, config: Json) -> Json:
    _ = name, config
    return inputs


def _no_objection(thing: Thing, content: Content, now: float) -> None:
    _ = thing, content, now


@dataclass(frozen=True)
class Kind:
    """A resource type."""

    resource: sdk_types.Resource
    """From `sdk_types.resource(module, class)`: token, inputs, outputs."""
    identify: Callable[[Order], str]
    """The id of what is created; an ARM id, an ARN, a name, as the real provider's."""
    outputs: Callable[[Order, str], Json]
    """What a creation or an update gives, for an id; all outputs that are not inputs. May raise `CloudError`."""
    replaces: frozenset[str] = frozenset()
    """Inputs whose change makes a new thing in place of the old one (real providers' schemas and documentation)."""
    check: Callable[[Json], list[tuple[str, str]]] = _nothing_wrong
    """What the cloud's rules refuse beyond the SDK's types, before anything starts: (input, why). Unknown values are
    still among them, as `property_values.UNKNOWN`."""
    defaults: Callable[[str, Json, Json], Json] = _as_given
    """Logical name, inputs and provider's configuration → inputs with names and defaults filled in."""
    delete: Callable[[Thing, Content, float], None] = _no_objection
    """Refuses a deletion by `CloudError`, or removes from the content what goes along."""
    read: Callable[[Thing, Content], Thing | None] = lambda thing, _: thing
    """The thing as the cloud says it is now; None when it is gone."""
    secret_outputs: frozenset[str] = frozenset()
    """Outputs that the real provider marks secret."""
    delete_first: bool = False
    """Whether a replacement deletes before it creates."""
    adopts: bool = False
    """Whether creating what exists already takes it over, as giving the same right twice does."""


@dataclass(frozen=True)
class Function:
    """A provider function (an invoke)."""

    token: str
    """Such as `aws:ecr/getAuthorizationToken:getAuthorizationToken`."""
    call: Callable[[Order], Json]
    """The answer, as plain values by their names on the wire. May raise `CloudError`."""
    required: frozenset[str] = frozenset()
    """Arguments that must be given."""
    known: frozenset[str] = frozenset()
    """Arguments that may be given; others are refused by name."""


@dataclass(frozen=True)
class Cloud:
    """One provider package."""

    package: str
    """`azure-native`, `aws` or `gcp`."""
    version: str
    """Of the SDK whose types these are."""
    kinds: tuple[Kind, ...]
    functions: tuple[Function, ...]
    config: frozenset[str] = frozenset()
    """What its provider may be configured with; others are refused by name."""
    configure: Callable[[Json], None] = field(default=lambda _: None)
    """Refuses a configuration by `CloudError`, such as one without a login."""
