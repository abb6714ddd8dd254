"""What is attached to an image by its digest (OCI distribution specification v1.1, "Listing Referrers")."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from pulls.registry.answer import Outcome, RegistryFaultError
from pulls.registry.manifest import INDEX_TYPES, LARGEST_MANIFEST
from pulls.registry.session import Session
from pulls.registry.tags import next_query
from pulls.registry.wire import Reply, json_of

_GOOD = 200
_NO_SUCH = frozenset({400, 404, 406})
"""What registries without the API answer (google/go-containerregistry v0.20, pkg/v1/remote/referrers.go)."""
_MOST_PAGES = 20


@dataclass(frozen=True)
class Referrer:
    """A manifest that is attached to an image."""

    digest: str
    kind: str
    """Its artifact type; where it has none, its media type."""
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Referrers:
    """What is attached to one digest."""

    entries: tuple[Referrer, ...] = ()
    api: bool = False
    """Whether the registry has the API; else the tag that stands for it was read."""


def referrers(session: Session, digest: str) -> Referrers:
    """What is attached; where a registry has no API for it, by the tag that stands for that ("Referrers Tag Schema").

    Raises:
        RegistryFaultError: the registry does not say.
    """
    found = _index(session, f"referrers/{digest}")
    if found is not None:
        return Referrers(found, api=True)
    return Referrers(_index(session, f"manifests/{digest.replace(':', '-')}") or ())


def _index(session: Session, below: str) -> tuple[Referrer, ...] | None:
    """The entries of an index, page by page; None where there is no such thing."""
    found: list[Referrer] = []
    query = ""
    for _ in range(_MOST_PAGES):
        reply = session.get(f"{below}{query}", accept=INDEX_TYPES[0], limit=LARGEST_MANIFEST)
        if not query and _is_none(reply):
            return None
        if reply.status != _GOOD:
            raise session.fault(reply)
        found += _entries(json_of(reply.body))
        query = next_query(reply)
        if not query:
            return tuple(found)
    raise RegistryFaultError(Outcome.SERVER_ERROR, f"more than {_MOST_PAGES} pages of what is attached")


def _is_none(reply: Reply) -> bool:
    return reply.status in _NO_SUCH or (reply.status == _GOOD and not reply.content_type.startswith(INDEX_TYPES[0]))


def _entries(document: object) -> Iterator[Referrer]:
    listed = _object(document).get("manifests")
    for each in cast("list[object]", listed) if isinstance(listed, list) else ():
        entry = _object(each)
        notes = {name: text for name, text in _object(entry.get("annotations")).items() if isinstance(text, str)}
        kind = _text(entry.get("artifactType")) or _text(entry.get("mediaType"))
        yield Referrer(_text(entry.get("digest")), kind, notes)


def _object(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
