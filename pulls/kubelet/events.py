"""Events about one object, in order: core/v1 and events.k8s.io/v1 alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pulls.kubelet.objects import Json, moment, name, namespace, number, part, text, uid

COMBINED = "(combined from similar events): "
"""What a client writes before the newest of many similar texts (client-go v0.34 tools/record/events_cache.go)."""

LAST_TIMES = (("series", "lastObservedTime"), ("lastTimestamp",), ("deprecatedLastTimestamp",))
FIRST_TIMES = (("firstTimestamp",), ("deprecatedFirstTimestamp",), ("eventTime",), ("metadata", "creationTimestamp"))
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that was said, `count` times, from `first` to `last`."""

    reason: str
    text: str
    is_warning: bool
    count: int
    first: datetime
    last: datetime
    version: int
    field_path: str
    """The container that it is about, such as `spec.containers{web}`; empty when about the whole object
    (kubernetes v1.34 pkg/kubelet/container/ref.go)."""


class EventIndex:
    """Events by the object that they are about."""

    def __init__(self, events: Iterable[Json]) -> None:
        self._by_object: dict[tuple[str, str, str], list[tuple[str, Event]]] = {}
        for each in events:
            about = part(each, "involvedObject") or part(each, "regarding")
            key = (text(about, "kind"), text(about, "namespace"), text(about, "name"))
            self._by_object.setdefault(key, []).append((text(about, "uid"), _read(each, text(about, "fieldPath"))))

    def about(self, kind: str, of: Json) -> list[Event]:
        """Newest first; without those about an earlier object of the same name.

        Times have whole seconds. Within one, the resource version decides: it grows with each write, and the API
        promises so since 1.35 (kubernetes/enhancements KEP-5504).
        """
        said = self._by_object.get((kind, namespace(of), name(of)), [])
        same = [event for about, event in said if not about or not uid(of) or about == uid(of)]
        return newest_first(same)


def newest_first(events: Iterable[Event]) -> list[Event]:
    """Sorted by the time when each was last said."""
    return sorted(events, key=lambda each: (each.last, each.version), reverse=True)


def texts(events: Sequence[Event]) -> tuple[str, ...]:
    """What the events say, in the order given, each text once."""
    return tuple(dict.fromkeys(each.text for each in events))


def _read(raw: Json, field_path: str) -> Event:
    firsts = [time for path in FIRST_TIMES if (time := moment(raw, *path))]
    lasts = [time for path in LAST_TIMES if (time := moment(raw, *path))]
    first = next(iter([*firsts, *lasts]), LONG_AGO)
    return Event(
        reason=text(raw, "reason"),
        text=(text(raw, "message") or text(raw, "note")).removeprefix(COMBINED),
        is_warning=text(raw, "type") == "Warning",
        count=number(raw, "series", "count") or number(raw, "count") or number(raw, "deprecatedCount", default=1),
        first=first,
        last=max([first, *lasts]),
        version=number(raw, "metadata", "resourceVersion"),
        field_path=field_path,
    )
