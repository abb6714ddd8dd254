"""What the policies found: those that refuse the update first. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from ops.pr_comment.fit import as_many
from ops.pr_comment.markdown import code, folded, prose
from ops.pr_comment.model import Finding, Preview
from ops.pr_comment.plain import one_line
from ops.pr_comment.sentence import counted

_FIX = re.compile(r"\s*fix:\s*(.+)", re.IGNORECASE)
_MORE = re.compile(r"\s*more:\s*(.+)", re.IGNORECASE)
_LONGEST = 400
_OPEN = 20
"""More findings than that are folded, but for those that refuse."""


def policies(previews: Sequence[Preview], room: int) -> str:
    """Each finding once, with the stacks that have it."""
    stacks: dict[Finding, list[str]] = {}
    for each in previews:
        for finding in each.findings:
            stacks.setdefault(finding, []).append(each.title)
    if not stacks:
        return ""
    order = sorted(stacks, key=lambda each: (not each.blocks, bool(each.excepted), each))
    hard = [each for each in order if each.blocks]
    soft = [each for each in order if not each.blocks]
    head = f"### Policies\n\n{_head(len(hard), len(soft))}"
    parts = [head]
    for some in (hard, soft):
        left = room - sum(len(each) + 2 for each in parts) - 100
        lines = as_many((partial(_line, each, stacks[each]) for each in some), max(left, 0), _rest)
        if lines:
            text = "\n".join(lines)
            parts.append(
                folded(f"{len(soft):,} that only advise", text) if some is soft and len(soft) > _OPEN else text
            )
    return "\n\n".join(parts)


def _head(hard: int, soft: int) -> str:
    refused = f"**{counted(hard, 'finding refuses', 'findings refuse')} the update.**" if hard else ""
    advised = f"{counted(soft, 'finding')} only {'advises' if soft == 1 else 'advise'}." if soft else ""
    return " ".join(each for each in (refused, advised) if each)


def _rest(more: int) -> str:
    return f"- and {counted(more, 'more finding')}, in the log of the preview"


def _line(finding: Finding, stacks: Sequence[str]) -> str:
    level = "**refuses**" if finding.blocks else "excepted" if finding.excepted else "advises"
    severity = f", {code(finding.severity)}" if finding.severity else ""
    about = f" {code(finding.resource)}:" if finding.resource else ""
    where = ", ".join(code(each) for each in stacks[:5]) + (" …" if len(stacks) > 5 else "")  # noqa: PLR2004 - readable
    lines = [f"- {code(finding.code)} {level}{severity}, in {where}:{about} {prose(_text(finding))}"]
    return "\n".join([*lines, *_below(finding)])


def _below(finding: Finding) -> Iterator[str]:
    for line in finding.text.splitlines():
        for name, pattern in (("fix", _FIX), ("more", _MORE)):
            found = pattern.fullmatch(line)
            if found:
                yield f"  <br>{name}: {code(found[1], _LONGEST)}"
    for reason in finding.excepted:
        yield f"  <br>excepted: {prose(reason)}"


def _text(finding: Finding) -> str:
    lines = [each for each in finding.text.splitlines() if not (_FIX.fullmatch(each) or _MORE.fullmatch(each))]
    return one_line(" ".join(lines), _LONGEST)
