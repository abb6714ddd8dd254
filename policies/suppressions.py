"""Findings that are let be: which code, of which resource, why and until when."""

import datetime as dt
import difflib
from collections.abc import Collection, Sequence
from pathlib import Path

import yaml

from policies.facts import PackError
from policies.rule import Resource
from policies.suppression import Suppression

FILE = Path(__file__).with_name("suppressions.yaml")
"""Beside this module, as packs are published with their folder."""
_FORM = "each has code (docs/policies.md), resource (name or URN), reason, until (a day, 2027-03-31); stack, if for one"


def suppressions_in(file: Path, codes: Collection[str]) -> tuple[Suppression, ...]:
    """The entries of a file, none if there is no such file; arguments and errors as of `read_suppressions`.

    Raises:
        PackError: it cannot be read either.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file.name}: cannot be read: {error}"
        raise PackError(message) from None
    return read_suppressions(text, codes, file.name)


def read_suppressions(text: str, codes: Collection[str], name: str = FILE.name) -> tuple[Suppression, ...]:
    """The entries of a file.

    Args:
        text: YAML.
        codes: of the rules that there are.
        name: of the file, for messages.

    Raises:
        PackError: it is no YAML, or entries are wrong: all of them in one message.
    """
    try:
        content: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        message = f"{name}: not YAML: {' '.join(str(error).split())}"
        raise PackError(message) from None
    if content in (None, {"suppressions": []}):
        return ()  # most have none, and the model's library takes a quarter of a second to load
    from policies.suppression_model import checked  # noqa: PLC0415

    found, wrong = checked(content)
    wrong += [_unknown(each, codes) for each in found if each.code not in codes]
    if wrong:
        listed = "\n".join(f"  {each}" for each in wrong)
        count = "1 mistake" if len(wrong) == 1 else f"{len(wrong)} mistakes"
        message = f"{name}: {count}\n{listed}\n  {_FORM}"
        raise PackError(message)
    return tuple(found)


def _unknown(entry: Suppression, codes: Collection[str]) -> str:
    near = difflib.get_close_matches(entry.code, codes, 1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"{entry.where}: no rule has the code {entry.code!r}{meant}"


def lets_be(entries: Sequence[Suppression], code: str, resource: Resource, stack: str, today: dt.date) -> bool:
    """Whether a finding is suppressed."""
    return any(each.covers(code, resource, stack) and not each.ended(today) for each in entries)
