"""What a rule is: a phrase of a runtime, a registry or the kubelet, and the cause that it names.

Phrases are regular expressions over masked text (`texts.masked`); a blank in one stands for any white space. URL and
REF stand for a masked URL and for a masked reference, host, path or digest, with or without quotes, END for the end
of what is said: of a line, of the text or of what is quoted.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from pulls.causes import Code
from pulls.text.mask import LINE, NAME
from pulls.text.mask import URL as URL_FILLER

URL = rf"(?<![\"{URL_FILLER}])\"*{URL_FILLER}++\"*"
REF = rf"(?<![\"{NAME}])\"*{NAME}++\"*"
_ANY = rf"(?:{URL}|{REF})"
END = rf"(?:[^\S{LINE}]*(?:[\"']|\.?\s*$|\.?{LINE}))"
_LEAD = (
    rf"(?:(?:unsupported )?status(?: ?code)?|http(?:/[12](?:\.[01])?)?|http response|{_ANY}(?=:)|from registry"
    r"|response(?: code)?|returned(?: when fetching \w{1,12}(?: list)?)?|responded with|error"
    r"|failed to authorize|image(?=:)|code)"
)
_BETWEEN = rf"[ :=\"'(]{{1,16}}(?:\[[^\]]*\]:? )?(?:from [a-z]+ request to )?(?:{_ANY}:? )?"


def status(numbers: str, words: str) -> str:
    """A phrase for an HTTP status: with something before the number that says so, or with its own words behind it."""
    return rf"(?:(?<!\w){_LEAD}{_BETWEEN}(?:{numbers})(?![\w-]|\.\w)|(?<![\w.:/-])(?:{numbers})[ :(]{{1,8}}(?:{words}))"


@dataclass(frozen=True)
class Rule:
    """One phrase.

    Attributes:
        code: what it says; unknown for texts that are no pull failure although they sound like one.
        phrase: see above.
        source: who writes it: `owner/repo:path`, or where it was seen.
        plain: it says only that a 401 came back, not whether credentials were sent.
        hides: a registry says so also to somebody who has not logged in, so that a missing pull secret may be why.
    """

    code: Code
    phrase: str
    source: str = ""
    plain: bool = False
    hides: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The phrase, compiled."""
        return re.compile(self.phrase.replace(" ?", r"\s*").replace(" ", r"\s+"), re.IGNORECASE)
