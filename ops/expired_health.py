"""What is to be done about stacks that are past their time, and what to type. Pure."""

import shlex
from collections.abc import Iterator, Sequence

from ops.expired import Ended, Judged, Verdict, number_of
from ops.expired_look import Look
from ops.expired_time import TAG, USUAL, as_tag
from ops.stack_finding import Finding
from ops.stack_words import lasted

COMMAND = ".venv/bin/python -m ops expired --yes"
_NAMED = 5


def findings(look: Look, ended: Sequence[Ended], closed: int | None) -> list[Finding]:
    """All that is still there and should not be, is marked in a wrong way, or cannot be known.

    Args:
        look: the stacks.
        ended: what became of those that were to go; empty before anything is done.
        closed: number of the pull request that was closed, for the command.
    """
    after = {each.judged.name: each for each in ended}
    found: list[Finding] = []
    for each in look.stacks:
        done = after.get(each.name)
        found += _of_one(look, each, closed) if done is None else _of_ended(look, done, closed)
    return found


def past_since(look: Look, judged: Judged) -> str:
    """How long it is past its time, or how much time it has left; empty where it has no end."""
    if judged.end is None:
        return ""
    seconds = (look.clock.now - judged.end).total_seconds()
    return f"{lasted(seconds)} ago" if seconds >= 0 else f"in {lasted(-seconds)}"


def _of_one(look: Look, judged: Judged, closed: int | None) -> Iterator[Finding]:
    name, quoted = judged.name, shlex.quote(judged.name)
    again = f"pulumi stack tag set {TAG} {as_tag(look.clock.now + USUAL)} -s {quoted}"
    match judged.verdict:
        case Verdict.PAST:
            yield Finding(f"{name} is past its time, which ended {past_since(look, judged)}", _command(closed))
        case Verdict.BUSY:
            text = f"{name} is past its time, and is left alone, as an update holds it: {judged.why}"
            yield Finding(text, f"{_command(closed)}   # when that has ended")
        case Verdict.PRODUCTION:
            text = f"{name} has an end and is marked production, so it is not touched: {judged.why}"
            yield Finding(text, f"pulumi stack tag rm {TAG} -s {quoted}")
        case Verdict.WRONG_END:
            yield Finding(f"{name} is not touched: its tag {TAG} {judged.why}", again)
        case Verdict.UNREAD:
            yield Finding(f"whether {name} may go is not known: {judged.why}", known=False)
        case Verdict.NO_END if number_of(name) is not None:
            # Its making was cut off between two steps; nothing was deployed then, unless by hand.
            yield Finding(f"{name} is of a pull request, and has no end: it has no tag {TAG}", again)
        case Verdict.NO_END | Verdict.LATER:
            pass


def _of_ended(look: Look, ended: Ended, closed: int | None) -> Iterator[Finding]:
    if ended.failed:
        left = f", {len(ended.left)} things of it are left" if ended.left else ""
        yield Finding(f"{ended.judged.name} is not destroyed{left}: {ended.failed}")
    elif ended.left:
        yield _still_there(ended)
    elif not ended.removed:  # it was found otherwise right before
        yield from _of_one(look, ended.judged, closed)


def _still_there(ended: Ended) -> Finding:
    more = len(ended.left) - _NAMED
    listed = ", ".join(ended.left[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    command = f".venv/bin/python -m ops recover -s {shlex.quote(ended.judged.name)}"
    return Finding(f"{ended.judged.name} is destroyed, and something of it is left: {listed}", command)


def _command(closed: int | None) -> str:
    return COMMAND if closed is None else f"{COMMAND} --closed {closed}"
