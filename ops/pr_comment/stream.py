"""The event stream of a preview, one event a line: `pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW.

Shapes of pulumi v3.274, sdk/go/common/apitype/events.go. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ops.pr_comment.model import Diagnostic, Finding
from ops.pr_comment.plain import uncoloured
from ops.pr_comment.shapes import Json, mapping, pruned, sequence, word, words
from ops.pr_comment.steps import Step
from ops.pr_comment.urns import name_in, type_in
from ops.state import ROOT_TYPE

_KNOWN = {
    *("cancelEvent", "stdoutEvent", "diagnosticEvent", "preludeEvent", "summaryEvent", "resourcePreEvent"),
    *("resOutputsEvent", "resOpFailedEvent", "policyEvent", "policyRemediationEvent", "policyLoadEvent"),
    *("policyAnalyzeSummaryEvent", "policyRemediateSummaryEvent", "policyAnalyzeStackSummaryEvent"),
    *("startDebuggingEvent", "progressEvent", "errorEvent"),
}
_STAMPS = {"sequence", "timestamp"}
_ERROR, _WARNING = "error", "warning"


@dataclass(frozen=True)
class Events:
    """What a stream says."""

    steps: Sequence[Step]
    diagnostics: Sequence[Diagnostic]
    findings: Sequence[Finding]
    outputs: Sequence[str]
    """Names of the stack's outputs that differ."""
    result: str | None
    """`succeeded`, `failed` or `canceled`; empty where the engine is too old to say, None where it did not end."""
    strange: frozenset[str]
    """Kinds of events that are not known here."""


def is_event(document: Json) -> bool:
    """Whether an object is one of the engine's events."""
    return any(key.endswith("Event") for key in document)


def events(documents: Iterable[Json]) -> Events:
    """What the events say, in whatever order they are."""
    found = sorted(documents, key=_sequence)
    steps = [_step(mapping(each["resourcePreEvent"]).get("metadata")) for each in found if "resourcePreEvent" in each]
    summaries = [mapping(each["summaryEvent"]) for each in found if "summaryEvent" in each]
    return Events(
        steps=[each for each in steps if each.urn],
        diagnostics=sorted({*_diagnostics(found)}),
        findings=sorted({*_findings(found)}, key=lambda each: (not each.mandatory, each)),
        outputs=_outputs(found),
        result=word(summaries[-1].get("result")) if summaries else None,
        strange=frozenset(key for each in found for key in each) - _KNOWN - _STAMPS,
    )


def _step(metadata: object) -> Step:
    given = mapping(metadata)
    urn = word(given.get("urn"))
    detailed = mapping(given.get("detailedDiff"))
    return Step(
        op=word(given.get("op")),
        urn=urn,
        type=word(given.get("type")) or type_in(urn),
        old=mapping(pruned(given.get("old"))),
        new=mapping(pruned(given.get("new"))),
        diffs=tuple(words(given.get("diffs"))),
        keys=tuple(words(given.get("keys"))),
        detailed={path: word(mapping(each).get("diffKind")) for path, each in detailed.items()},
    )


def _diagnostics(found: Iterable[Json]) -> Iterable[Diagnostic]:
    for each in found:
        said = mapping(each.get("diagnosticEvent"))
        severity, about = word(said.get("severity")), name_in(word(said.get("urn")))
        if severity in (_ERROR, _WARNING) and not said.get("ephemeral"):
            yield Diagnostic(severity == _ERROR, uncoloured(word(said.get("message"))).strip(), about)
        broken = word(mapping(each.get("errorEvent")).get("error"))
        if broken:
            yield Diagnostic(error=True, text=broken.strip(), resource="")


def _findings(found: Iterable[Json]) -> Iterable[Finding]:
    for each in found:
        said = mapping(each.get("policyEvent"))
        if said:
            yield Finding(
                # Whatever else a newer engine calls a level: it is not known to let the update pass.
                mandatory=word(said.get("enforcementLevel")) not in ("advisory", "warning", "none", "disabled"),
                code=word(said.get("policyName")),
                text=uncoloured(word(said.get("message"))).strip(),
                severity=word(said.get("severity")),
                resource=name_in(word(said.get("resourceUrn"))),
                excepted=tuple(word(mapping(one).get("reason")) for one in sequence(said.get("exceptions"))),
            )


def _outputs(found: Iterable[Json]) -> list[str]:
    """What differs by the last word on the stack's outputs; before it they are told as empty."""
    told = [mapping(mapping(each.get("resOutputsEvent")).get("metadata")) for each in found]
    own = [each for each in told if type_in(word(each.get("urn"))) == ROOT_TYPE]
    if not own or not mapping(own[-1].get("old")):
        return []
    old, new = (mapping(pruned(mapping(own[-1].get(each)).get("outputs"))) for each in ("old", "new"))
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _sequence(event: Json) -> int:
    number = event.get("sequence")
    return number if isinstance(number, int) else 0
