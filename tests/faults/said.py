"""Which causes a line of `pulumi up` names. Pure."""

import re

from pulls.causes import CATALOGUE, Class, Code
from pulls.kubelet.troubles import TROUBLES

_CODES = "|".join(Code)
_CLASSES = "|".join(Class)
_MEANINGS = {
    **{str(kind): each.meaning for kind, each in TROUBLES.items()},
    Code.UNKNOWN: CATALOGUE[Code.UNKNOWN].meaning,
}
_FORMS = (
    # A diagnosis's first line, pulls/diagnosis.py
    re.compile(rf"(?<![\w-])(?P<code>{_CODES}) \((?:{_CLASSES})\)"),
    # What is tried again, pulls/rehearse.py
    re.compile(rf"pull rehearsal: (?P<code>{_CODES}): "),
    # The first line of what has no class: troubles that are no pull's, and the unknown
    *(
        re.compile(rf"(?<![\w-])(?P<code>{code})(?: on [^:]+)?: {re.escape(meaning)}")
        for code, meaning in _MEANINGS.items()
    ),
)


def codes_in(line: str) -> set[str]:
    """Codes of the catalogue, and kinds of trouble, that a line gives as what is wrong."""
    return {found["code"] for form in _FORMS for found in form.finditer(line)}
