"""The state of a stack, as `pulumi stack export --show-secrets` gives it. Pure: text in, frozen values out.

Shapes of pulumi v3.274, sdk/go/common/apitype/core.go: DeploymentV3, ResourceV3, OperationV2, SecretV1.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from pulls.kubelet.objects import Json, items, moment, part, text

ROOT_TYPE = "pulumi:pulumi:Stack"
IMAGE_TYPE = "docker:index/image:Image"
APP_IMAGE_TYPE = "pipeline:index:AppImage"
"""The component around it, which has the reference and, where one is asked for, the key of the signature."""
SIGNATURE = "4dabf18193072939515e22adb298388d"
_IS_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - marks a secret, is none
"""What marks a value as special, and which special it is (sdk/go/common/resource/sig)."""


class StateError(ValueError):
    """A text is no state; the message never repeats it, since it may hold secrets."""


@dataclass(frozen=True)
class Secret:
    """A secret value; neither `str` nor `repr` nor JSON shows it."""

    value: Any = field(repr=False)
    """None where pulumi did not decrypt it."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What the state says of one resource."""

    urn: str
    type: str
    id: str = ""
    """Of the provider; empty for components."""
    inputs: Json = field(default_factory=Json, repr=False)
    """What the program asked for; secrets in it are `Secret`s."""
    outputs: Json = field(default_factory=Json, repr=False)
    """What the provider answered; likewise."""
    custom: bool = True
    """Whether a provider keeps it; a component is nowhere but in the state."""
    parent: str = ""
    provider: str = ""
    """`URN::ID` of the provider; empty for components."""
    goes: bool = False
    """Whether it was replaced, and the next update removes it."""
    protected: bool = False
    """Whether pulumi refuses to delete it (the option `protect`)."""
    retained: bool = False
    """Whether it stays where it is when pulumi forgets it (`retain_on_delete`)."""
    created: datetime | None = None
    """When pulumi first had it in state; None in states of early 2023 and before."""

    @property
    def name(self) -> str:
        """Its name in the program."""
        return urn_parts(self.urn)[3]


@dataclass(frozen=True)
class Pending:
    """An operation that began and whose end nobody wrote down."""

    kind: str
    """`creating`, `updating`, `deleting`, `reading` or `importing`."""
    resource: Resource


@dataclass(frozen=True, kw_only=True)
class State:
    """A stack as it was last written."""

    written: datetime | None
    """When, which is the time of the last update; None where it does not say."""
    resources: tuple[Resource, ...] = ()
    """In the order in which they were made; those that only wait for their removal are among them."""
    pending: tuple[Pending, ...] = ()

    @property
    def stack(self) -> tuple[str, str]:
        """Project and name; both empty where there is no resource."""
        first = next((each.urn for each in self.resources), "")
        first = first or next((each.resource.urn for each in self.pending), "")
        name, project, _, _ = urn_parts(first)
        return project, name

    @property
    def outputs(self) -> Json:
        """Of the stack; secret ones are `Secret`s."""
        return next((each.outputs for each in self.resources if each.type == ROOT_TYPE), Json())

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of these types, without those that wait for their removal."""
        return [each for each in self.resources if each.type in types and not each.goes]

    def by_urn(self, urn: str) -> Resource | None:
        """One resource."""
        return next((each for each in self.resources if each.urn == urn and not each.goes), None)


def read_state(exported: str) -> State:
    """The state in the answer of `pulumi stack export`.

    Raises:
        StateError: it is none.
    """
    try:
        document = json.loads(exported)
    except ValueError:
        reason = "what pulumi answers is not JSON"
        raise StateError(reason) from None
    if not isinstance(document, dict) or "deployment" not in document:
        reason = "what pulumi answers is not the export of a stack"
        raise StateError(reason)
    deployment = part(cast("Json", document), "deployment")
    return State(
        written=_time(deployment, "manifest", "time"),
        resources=tuple(map(_resource, items(deployment, "resources"))),
        pending=tuple(
            Pending(text(each, "type"), _resource(part(each, "resource")))
            for each in items(deployment, "pending_operations")
        ),
    )


def revealed(value: Any) -> Any:
    """The value with its secrets in clear, for what is used and never shown."""
    if isinstance(value, Secret):
        return revealed(value.value)
    if isinstance(value, dict):
        return {key: revealed(each) for key, each in cast("Json", value).items()}
    if isinstance(value, list):
        return [revealed(each) for each in cast("list[Any]", value)]
    return value


def _resource(entry: Json) -> Resource:
    return Resource(
        urn=text(entry, "urn"),
        type=text(entry, "type"),
        id=text(entry, "id"),
        inputs=_properties(part(entry, "inputs")),
        outputs=_properties(part(entry, "outputs")),
        custom=bool(entry.get("custom")),
        parent=text(entry, "parent"),
        provider=text(entry, "provider"),
        goes=bool(entry.get("delete")),
        protected=bool(entry.get("protect")),
        retained=bool(entry.get("retainOnDelete")),
        created=_time(entry, "created"),
    )


def _properties(values: Mapping[str, Any]) -> Json:
    return {key: _value(each) for key, each in values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [_value(each) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    entry = cast("Json", value)
    return _secret(entry) if entry.get(SIGNATURE) == _IS_SECRET else _properties(entry)


def _secret(entry: Json) -> Secret:
    """Its plain text is the value as JSON."""
    try:
        return Secret(_value(json.loads(entry["plaintext"])))
    except (KeyError, TypeError, ValueError):
        return Secret(None)


def _time(of: Json, *path: str) -> datetime | None:
    """None also for the zero time of Go, which stands for no time."""
    found = moment(of, *path)
    return None if found is None or found.year == 1 or found.tzinfo is None else found


def urn_parts(urn: str) -> tuple[str, str, str, str]:
    """Stack, project, type with the types of its parents, and name (sdk/go/common/resource/urn)."""
    stack, project, kinds, name = [*urn.removeprefix("urn:pulumi:").split("::", 3), "", "", ""][:4]
    return stack, project, kinds, name
