"""Values of a resource as rules see them: plain, with LATER for what only an update can know.

What a rule reads of the unknown is noted, so that a rule that could not look is told and never passes in silence.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, cast

from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct

from components.workload_rules import HiddenText

Json = Mapping[str, object]

# Marks of the protocol (pulumi/pulumi:sdk/go/common/resource/plugin/rpc.go, sdk/go/common/resource/properties.go).
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark, the same everywhere
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_UNKNOWN = frozenset(
    (
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    )
)


class Later:
    """Stands for a value that is not known before an update."""

    def __repr__(self) -> str:
        return "(known later)"


LATER: Final = Later()


def read(properties: Struct) -> dict[str, object]:
    """Properties as the engine sends them: secret texts as `HiddenText`, whole numbers as `int`, no nulls."""
    fields = cast("dict[str, object]", MessageToDict(properties))
    return {key: _plain(value, hidden=False) for key, value in fields.items() if value is not None}


def _plain(value: object, *, hidden: bool) -> object:
    if isinstance(value, str):
        return LATER if value in _UNKNOWN else HiddenText(value) if hidden else value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [_plain(each, hidden=hidden) for each in cast("list[object]", value)]
    return _fields(cast("dict[str, object]", value), hidden=hidden) if isinstance(value, dict) else value


def _fields(fields: dict[str, object], *, hidden: bool) -> object:
    mark = fields.get(_SIGNATURE)
    if mark == _SECRET:
        return _plain(fields.get("value"), hidden=True)
    if mark == _OUTPUT:
        secret = hidden or fields.get("secret") is True
        return _plain(fields["value"], hidden=secret) if "value" in fields else LATER
    return {key: _plain(each, hidden=hidden) for key, each in fields.items() if each is not None}


class Watched(Mapping[str, object]):
    """Fields that note the path of each unknown value that is read."""

    def __init__(self, fields: Json, note: Callable[[str], None], path: str = "") -> None:
        self._fields = fields
        self._note = note
        self._path = path

    def __getitem__(self, key: str) -> object:
        return self._seen(self._fields[key], f"{self._path}.{key}".lstrip("."))

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def _seen(self, value: object, path: str) -> object:
        if value is LATER:
            self._note(path)
        if isinstance(value, Mapping):
            return Watched(cast("Json", value), self._note, path)
        if isinstance(value, list):
            # Who reads a list may read all of it.
            elements = cast("list[object]", value)
            return [self._seen(each, f"{path}[{number}]") for number, each in enumerate(elements)]
        return value


def revealed(value: object) -> object:
    """A value with its secret texts as any other: for a rule that shows names alone.

    Providers mark more than a program does: one secret in a list makes all of it secret to that of Kubernetes.
    """
    if isinstance(value, Mapping):
        fields = cast("Json", value)
        return {key: revealed(fields[key]) for key in fields}
    if isinstance(value, list):
        return [revealed(each) for each in cast("list[object]", value)]
    return str.__str__(value) if isinstance(value, HiddenText) else value


def at(fields: object, *keys: str) -> object:
    """What lies under keys within each other; None where one is absent, LATER where one is not known yet."""
    for key in keys:
        if not isinstance(fields, Mapping):
            return LATER if fields is LATER else None
        fields = cast("Json", fields).get(key)
    return fields


def mapping(value: object) -> Json:
    """A mapping as it is; an empty one for anything else."""
    return cast("Json", value) if isinstance(value, Mapping) else {}


def listed(value: object) -> Sequence[object]:
    """A list as it is; a value alone, as JSON policies write it, in one; an empty one for what is absent or unknown."""
    if value is None or value is LATER:
        return ()
    return cast("Sequence[object]", value) if isinstance(value, list | tuple) else (value,)


def texts(value: object) -> list[str]:
    """The texts in a list, or a text alone in one."""
    return [each for each in listed(value) if isinstance(each, str)]
