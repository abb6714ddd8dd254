"""Stacks and their ends as a person reads of them. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from ops.expired import Ended, Judged, Verdict
from ops.expired_health import past_since
from ops.expired_look import Look
from ops.expired_time import TAG
from ops.stack_finding import Finding
from ops.stack_show import BAD, GOOD, OPEN, PLAIN, Row, columns, finding_rows

_HEAD = ("stack", "ends", "resources", "what becomes of it")
_WORDS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.NO_END: (f"never touched: it has no tag {TAG}, so it is no test stack", PLAIN),
    Verdict.WRONG_END: (f"not touched: its tag {TAG} says no time", BAD),
    Verdict.LATER: ("has time left", GOOD),
    Verdict.PRODUCTION: ("never touched: it is marked production", BAD),
    Verdict.BUSY: ("left alone: an update holds it", OPEN),
    Verdict.UNREAD: ("not touched: it cannot be read", OPEN),
    Verdict.PAST: ("past its time", BAD),
}


def rows(look: Look, ended: Sequence[Ended], findings: Sequence[Finding]) -> list[Row]:
    """All of it: the stacks, what became of those past their time, then what is left to do."""
    after = {each.judged.name: each for each in ended}
    lines = [_HEAD, *(_line(look, each, after.get(each.name)) for each in look.stacks)]
    styles = ["bold", *(_said(each, after.get(each.name))[1] for each in look.stacks)]
    table = [
        Row("stacks" if number == 0 else "", text, style)
        for number, (text, style) in enumerate(zip(columns(lines), styles, strict=True))
    ]
    return [*_head(look), *(table if look.stacks else []), *_stays(ended), *finding_rows(findings)]


def _head(look: Look) -> Iterator[Row]:
    project, now = look.project.name, look.clock.now
    count = f"{len(look.stacks)} stack{'' if len(look.stacks) == 1 else 's'}"
    yield Row("project", f"{project}, {count}, {now:%Y-%m-%d %H:%M:%S} UTC")
    if look.clock.note:
        yield Row("clock", f"{look.clock.note}; the earlier time counts", OPEN)


def _line(look: Look, judged: Judged, ended: Ended | None) -> tuple[str, ...]:
    ends = "-" if judged.end is None else f"{judged.end:%Y-%m-%d %H:%M} UTC, {past_since(look, judged)}"
    count = judged.listed.resources
    return (judged.name, ends, "-" if count is None else str(count), _said(judged, ended)[0])


def _said(judged: Judged, ended: Ended | None) -> tuple[str, str]:
    """What becomes of a stack, and the colour for it."""
    if ended is None:
        return _WORDS[judged.verdict]
    if ended.removed:
        return "destroyed, nothing of it is left in Pulumi", GOOD
    if ended.failed:
        return "not destroyed", BAD
    return ("destroyed, and something is left", BAD) if ended.left else _WORDS[ended.judged.verdict]


def _stays(ended: Sequence[Ended]) -> Iterator[Row]:
    for each in ended:
        if not each.failed:
            yield from (Row("stays", f"of {each.judged.name}: {thing}") for thing in each.leaves)
