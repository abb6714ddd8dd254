"""Stacks and their ends as a script is told of them: docs/expired.schema.json. Pure."""

from collections.abc import Sequence
from typing import Any

from ops.expired import Ended, Judged
from ops.expired_look import Look
from ops.expired_time import as_tag
from ops.stack_finding import Finding, as_document

SCHEMA = 1
"""Version of the JSON answer."""


def document(look: Look, ended: Sequence[Ended], findings: Sequence[Finding]) -> dict[str, Any]:
    """The whole answer; no string of it holds a credential."""
    after = {each.judged.name: each for each in ended}
    return {
        "schema": SCHEMA,
        "project": look.project.name,
        **as_document(findings),
        "now": as_tag(look.clock.now),
        "clock": look.clock.note,
        "stacks": [_stack(each, after.get(each.name)) for each in look.stacks],
    }


def _stack(judged: Judged, ended: Ended | None) -> dict[str, Any]:
    now = judged if ended is None else ended.judged
    return {
        "name": judged.name,
        "ends": None if now.end is None else as_tag(now.end),
        "verdict": now.verdict.value,
        "why": now.why,
        "resources": judged.listed.resources,
        "ended": None if ended is None else _ended(ended),
    }


def _ended(ended: Ended) -> dict[str, Any]:
    return {
        "removed": ended.removed,
        "failed": ended.failed,
        "left": list(ended.left),
        "leaves": list(ended.leaves),
    }
