"""The whole comment. Pure: the same previews give the same text, in whatever order and wherever they were made."""

import re
from collections.abc import Sequence
from functools import partial

from ops.pr_comment.bill import bill
from ops.pr_comment.details import details
from ops.pr_comment.failures import failures
from ops.pr_comment.fit import Section, fitted
from ops.pr_comment.loud import loud
from ops.pr_comment.markdown import code
from ops.pr_comment.model import Does, Preview
from ops.pr_comment.overview import overview
from ops.pr_comment.policies import policies
from ops.pr_comment.sentence import sentence
from ops.pr_comment.way_section import way

LIMIT = 60_000
"""Characters of a comment. GitHub takes 65,536, and counts some signs twice."""
_NOTE = (
    "<sub>Values of variables, secrets, config maps and command lines are never shown here. "
    "Numbers are of resources, without the stack itself.</sub>"
)


def marker(project: str) -> str:
    """The first line, which nobody sees: by it the comment is found again."""
    name = re.sub("[^A-Za-z0-9_.]+", "-", project)[:100]
    return f"<!-- preview of {name or 'a project'} -->"


def page(previews: Sequence[Preview], project: str, limit: int = LIMIT) -> str:
    """The comment.

    Args:
        previews: one for each stack, in any order.
        project: name of the Pulumi project; empty where it is not known.
        limit: characters, at least 4,000.
    """
    stacks = sorted(previews, key=lambda each: each.title)
    of = f" of {code(project)}" if project else ""
    head = f"{marker(project)}\n## Preview{of}\n\n{sentence(stacks)}"
    if all(each.quiet for each in stacks):
        return f"{head}\n"
    notes = "\n\n".join([*_strange(stacks), _NOTE])
    sections = (
        Section(partial(loud, stacks), 1),
        Section(partial(failures, stacks), 2),
        Section(partial(overview, stacks), 3),
        Section(partial(policies, stacks), 4),
        Section(partial(bill, stacks), 5),
        Section(partial(way, stacks), 6),
        Section(partial(details, stacks), 7),
    )
    body = fitted(sections, limit - len(head) - len(notes) - 3 * (len(sections) + 2))
    return "\n\n".join([head, *body, notes]) + "\n"


def _strange(stacks: Sequence[Preview]) -> list[str]:
    """What a newer engine said that is not known here."""
    found = sorted({word for each in stacks for word in each.strange})
    if not found:
        return []
    told = ", ".join(code(each) for each in found[:5])
    counts = "it is named above" if any(each.that(Does.UNKNOWN) for each in stacks) else "it was left out"
    return [f"A newer engine than this command knows wrote {told}: {counts}."]
