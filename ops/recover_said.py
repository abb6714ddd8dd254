"""What a person says of what a killed update was making: read from options, and held against what is pending. Pure."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from ops.recovery import Said
from ops.state import Pending


def said(absent: Sequence[str], present: Sequence[str]) -> Said:
    """What a person has looked up.

    Raises:
        ValueError: one of `present` is no URN=ID.
    """
    return Said(frozenset(absent), dict(_pair(each) for each in present))


def not_pending(looked_up: Said, pending: Sequence[Pending]) -> str:
    """Why what was said is about nothing that was being made; empty where all of it is.

    A word about something else would do nothing, and the person who said it would take it for done.
    """
    making = [each.resource.urn for each in pending if each.kind == "creating"]
    present = looked_up.present or {}
    named = [*((each, "--absent") for each in looked_up.absent), *((each, "--present") for each in present)]
    urn, option = next((each for each in named if each[0] not in making), ("", ""))
    if not option:
        return ""
    if not making:
        return f"{option} names {urn}, and nothing was being made; leave the option out"
    nearest = sorted(making, key=lambda each: SequenceMatcher(None, urn, each).ratio(), reverse=True)
    return f"{option} names {urn}, which was not being made; what was: {', '.join(nearest)}"


def _pair(text: str) -> tuple[str, str]:
    urn, equals, identifier = text.rpartition("=")
    if not equals or not urn.startswith("urn:pulumi:") or not identifier:
        reason = f"--present wants URN=ID, and not {text!r}"
        raise ValueError(reason)
    return urn, identifier
