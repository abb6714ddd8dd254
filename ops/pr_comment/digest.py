"""The one document that `pulumi preview --json` writes: no policy findings in it, and only what changes.

Shapes of pulumi v3.274, pkg/display/json.go. Pure.
"""

from collections.abc import Iterator

from ops.pr_comment.model import Diagnostic
from ops.pr_comment.shapes import Json, mapping, pruned, sequence, word, words
from ops.pr_comment.steps import Step
from ops.pr_comment.urns import name_in, type_in

_KEYS = {"config", "steps", "diagnostics", "duration", "changeSummary", "maybeCorrupt"}


def is_digest(document: Json) -> bool:
    """Whether an object is such a document; a newer engine may have written more into it."""
    return bool(_KEYS & set(document))


def steps(document: Json) -> list[Step]:
    """Its steps."""
    return [each for each in map(_step, sequence(document.get("steps"))) if each.urn]


def diagnostics(document: Json) -> list[Diagnostic]:
    """Its errors and warnings."""
    return sorted({*_diagnostics(document)})


def _step(given: object) -> Step:
    entry = mapping(given)
    urn = word(entry.get("urn"))
    detailed = mapping(entry.get("detailedDiff"))
    return Step(
        op=word(entry.get("op")),
        urn=urn,
        type=type_in(urn),
        old=mapping(pruned(entry.get("oldState"))),
        new=mapping(pruned(entry.get("newState"))),
        diffs=tuple(words(entry.get("diffReasons"))),
        keys=tuple(words(entry.get("replaceReasons"))),
        detailed={path: word(mapping(each).get("kind")) for path, each in detailed.items()},
    )


def _diagnostics(document: Json) -> Iterator[Diagnostic]:
    for each in map(mapping, sequence(document.get("diagnostics"))):
        severity = word(each.get("severity"))
        if severity in ("error", "warning"):
            yield Diagnostic(severity == "error", word(each.get("message")).strip(), name_in(word(each.get("urn"))))
