"""Steps of the engine → what happens to each resource. Pure.

One resource may have several steps: a replacement is told as `create-replacement`, `replace` and `delete-replaced`
(pulumi v3.274, pkg/resource/deploy/step.go), in the order in which they are done.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ops.pr_comment.model import Change, Difference, Does
from ops.pr_comment.property_path import keys_of, leaves, names_beside, value_at
from ops.pr_comment.shapes import Json
from ops.pr_comment.urns import type_in

_OPS = {
    "same": Does.STAY,
    "create": Does.CREATE,
    "import": Does.CREATE,
    "update": Does.UPDATE,
    "delete": Does.DELETE,
    "delete-replaced": Does.DELETE,
    "replace": Does.REPLACE,
    "create-replacement": Does.REPLACE,
    "import-replacement": Does.REPLACE,
    # What only reads, or only tidies the state.
    **dict.fromkeys(("read", "read-replacement", "refresh", "discard", "discard-replaced"), Does.STAY),
    **dict.fromkeys(("remove-pending-replace", "extend-parameterize"), Does.STAY),
}
_LOUDEST = {each: place for place, each in enumerate(Does)}
_OLD_ONLY = ("delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step, whichever format it was in."""

    op: str
    urn: str
    type: str
    old: Json = field(default_factory=Json)
    """The resource before, with `inputs` and `outputs`; empty where there was none."""
    new: Json = field(default_factory=Json)
    """The resource afterwards, likewise."""
    diffs: tuple[str, ...] = ()
    """Properties that differ."""
    keys: tuple[str, ...] = ()
    """Properties that force a replacement."""
    detailed: Json = field(default_factory=Json)
    """Path → what the kind of its difference is called."""


def changes(steps: Iterable[Step]) -> list[Change]:
    """One change for each resource, in an order that does not depend on that of the steps."""
    by_urn: dict[str, list[Step]] = {}
    for each in steps:
        by_urn.setdefault(each.urn, []).append(each)
    found = [_change(each) for each in by_urn.values()]
    return sorted(found, key=lambda each: (_LOUDEST[each.does], each.type, each.name, each.urn))


def strange_ops(steps: Iterable[Step]) -> set[str]:
    """Operations that are not known here."""
    return {each.op for each in steps} - set(_OPS)


def _change(steps: list[Step]) -> Change:
    ranked = sorted(steps, key=lambda each: (_LOUDEST[_does(each)], each.op in _OLD_ONLY, each.op))
    first = ranked[0]
    does = _does(first)
    same = [each for each in ranked if _does(each) is does or does is Does.REPLACE]
    old = next((each.old for each in same if each.old), Json())
    new = {} if does is Does.DELETE else next((each.new for each in same if each.new), Json())
    return Change(
        urn=first.urn,
        type=first.type or type_in(first.urn),
        does=does,
        op=first.op,
        differences=() if does is Does.STAY else tuple(_differences(same, old, new)),
        old=_inputs(old),
        new=_inputs(new),
        protected=(old or new).get("protect") is True,
        retained=old.get("retainOnDelete") is True,
    )


def _does(step: Step) -> Does:
    return _OPS.get(step.op, Does.UNKNOWN)


def _inputs(of: Json) -> Json:
    inputs = of.get("inputs")
    return inputs if isinstance(inputs, dict) else Json()  # pyright: ignore[reportUnknownVariableType]


def _differences(steps: list[Step], old: Json, new: Json) -> Iterator[Difference]:
    kinds = {path: str(kind) for each in steps for path, kind in each.detailed.items()}
    replacing = {path for each in steps for path in each.keys}
    paths = set(kinds) or {path for each in steps for path in each.diffs}
    # A provider that details nothing may still say what forces the replacement.
    paths |= {each for each in replacing if not any(path.startswith(each) for path in paths)}
    if not paths and _does(steps[0]) is Does.UPDATE and new.get("custom") is not True:
        # Nobody details what differs in a component.
        was, becomes = _inputs(old), _inputs(new)
        paths = {each for each in was | becomes if was.get(each) != becomes.get(each)}
    for path in sorted(paths):
        before, then = _either(old, path), value_at(new.get("inputs"), keys_of(path))
        replaces = "replace" in kinds.get(path, "") or path in replacing
        # Providers also tell of what is empty now and was not there before.
        for leaf, one, other in leaves(path, before, then):
            if replaces or not (_is_empty(one) and _is_empty(other)):
                yield Difference(path=leaf, old=one, new=other, replaces=replaces, beside=_beside(leaf, old, new))


def _either(old: Json, path: str) -> object:
    """What it was: as the program had asked for it, else as the provider had answered."""
    keys = keys_of(path)
    asked = value_at(old.get("inputs"), keys)
    return value_at(old.get("outputs"), keys) if asked is None else asked


def _beside(path: str, *states: Json) -> frozenset[str]:
    """Of all that is known of it: an item may have come in the place of another."""
    known = (state.get(each) for state in states for each in ("inputs", "outputs"))
    return frozenset(name for each in known for name in names_beside(each, keys_of(path)))


def _is_empty(value: object) -> bool:
    return value is None or value in ({}, [], "")
