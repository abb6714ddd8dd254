"""What a program asked of the engine: registrations as plain values, and ways to look them up."""

from dataclasses import dataclass, field, replace
from typing import Any, cast

from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import resource_pb2

Json = dict[str, Any]

STACK_TYPE = "pulumi:pulumi:Stack"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What a preview says of a value that only exists after `up` (pulumi/runtime/rpc.py)."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"


@dataclass(frozen=True)
class Registration:
    """One RegisterResource request, and the RegisterResourceOutputs that followed it, if any."""

    type: str
    name: str
    urn: str
    parent: str
    """Urn of the parent; the stack's own is the empty string."""
    custom: bool
    """False for a component."""
    provider: str
    """Reference to an explicit provider, `urn::id`; empty when the default one would be used."""
    inputs: Json
    """As plain values; a secret is shown in clear here, and named in `secrets`."""
    secrets: frozenset[str]
    """Dotted paths of the inputs that were marked secret, such as `stringData` or `registry.password`."""
    dependencies: frozenset[str]
    """Urns, from `depends_on` and from inputs that are other resources' outputs."""
    property_dependencies: dict[str, frozenset[str]]
    hooks: dict[str, tuple[str, ...]]
    """Names of hooks by moment, such as `before_create`."""
    request: resource_pb2.RegisterResourceRequest = field(repr=False)
    """Everything else: aliases, protect, ignoreChanges, customTimeouts, deletedWith, version and so on."""
    outputs: Json | None = None
    """What a component or the stack registered; None if it never did."""
    secret_outputs: frozenset[str] = frozenset()
    """Dotted paths of the registered outputs that were marked secret."""

    @property
    def provider_urn(self) -> str:
        """Urn part of the provider reference."""
        return self.provider.rpartition("::")[0]


class Graph:
    """What a program registered, in the order in which the requests came."""

    def __init__(self) -> None:
        self.registrations: dict[str, Registration] = {}
        """By urn."""
        self.calls: list[tuple[str, Json]] = []
        """Provider functions: token and arguments."""
        self.logs: list[tuple[int, str]] = []
        """Severity (0 debug, 1 info, 2 warning, 3 error) and text."""

    @property
    def resources(self) -> list[Registration]:
        """Everything but the stack itself."""
        return [each for each in self.registrations.values() if each.type != STACK_TYPE]

    @property
    def stack(self) -> Registration:
        """The stack's own resource."""
        return next(each for each in self.registrations.values() if each.type == STACK_TYPE)

    @property
    def exports(self) -> Json:
        """Stack outputs, secrets in clear; which ones are secret stands in `stack.secret_outputs`."""
        return self.stack.outputs or {}

    def all(self, type_: str) -> list[Registration]:
        """Every resource of a type."""
        return [each for each in self.resources if each.type == type_]

    def one(self, type_: str, name: str | None = None) -> Registration:
        """The only resource of a type, or of a type and name; fails with what there is instead."""
        found = [each for each in self.all(type_) if name in (None, each.name)]
        there = [f"{each.type} {each.name}" for each in self.resources]
        assert len(found) == 1, f"expected one {type_} {name or ''}, found {len(found)}, among {there}"
        return found[0]

    def children(self, parent: Registration) -> list[Registration]:
        """Direct children of a resource."""
        return [each for each in self.resources if each.parent == parent.urn]

    def add(self, urn: str, request: resource_pb2.RegisterResourceRequest) -> Registration:
        """Record a request; two resources of one urn are a mistake of the program, as in the real engine."""
        assert urn not in self.registrations, f"duplicate resource {urn}"
        raw = to_json(request.object)
        dependencies = {key: frozenset(value.urns) for key, value in request.propertyDependencies.items()}
        self.registrations[urn] = Registration(
            type=request.type,
            name=request.name,
            urn=urn,
            parent=request.parent,
            custom=request.custom,
            provider=request.provider,
            inputs=plain(raw),
            secrets=frozenset(_secret_paths(raw)),
            dependencies=frozenset(request.dependencies),
            property_dependencies=dependencies,
            hooks={moment.name: tuple(names) for moment, names in request.hooks.ListFields()},
            request=request,
        )
        return self.registrations[urn]

    def add_outputs(self, urn: str, outputs: struct_pb2.Struct) -> None:
        """Record the outputs that a component or the stack registered."""
        raw = to_json(outputs)
        self.registrations[urn] = replace(
            self.registrations[urn], outputs=plain(raw), secret_outputs=frozenset(_secret_paths(raw))
        )


def to_json(struct: struct_pb2.Struct) -> Json:
    """A message's values, secrets still wrapped."""
    return json_format.MessageToDict(struct)


def plain(value: Json) -> Json:
    """Values with their secrets in clear, and whole numbers as int (the wire knows only floats)."""
    return cast("Json", _plain(value))


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[object]", value)]
    if not isinstance(value, dict):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    mapping = cast("Json", value)
    if mapping.get(_SIGNATURE) == _SECRET:
        return _plain(mapping["value"])
    return {key: _plain(each) for key, each in mapping.items()}


def _secret_paths(value: object, path: str = "") -> list[str]:
    if isinstance(value, list):
        pairs = [(str(number), each) for number, each in enumerate(cast("list[object]", value))]
    elif isinstance(value, dict):
        mapping = cast("Json", value)
        if mapping.get(_SIGNATURE) == _SECRET:
            return [path]
        pairs = list(mapping.items())
    else:
        return []
    return [found for key, each in pairs for found in _secret_paths(each, f"{path}.{key}".lstrip("."))]
