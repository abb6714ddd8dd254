"""Which places of a resource may hold a credential, whatever their value looks like. Pure.

More is hidden here than a check could refuse: of a value that is not shown a reader misses little, and one that is
shown cannot be called back.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from components.secret_like import looks_secret
from ops.pr_comment.property_path import Keys

_PLACES = re.compile(
    r".*envs?(from)?|.*env(ironment)?(vars?|variables?)|environment"  # of Kubernetes, the clouds' own pods, charts
    r"|(string|binary)?data|(user|custom)data|secrets"
    r"|(app|application)settings|.*connectionstrings?"  # of Azure's web apps
    r"|.*headers",  # of probes, routes and checks of health
)
_COMMAND_LINES = re.compile(r".*(args?|arguments|commands?|cmd|entrypoint)")
"""Lists of words; a map of that name is what a Dockerfile is given, which stays readable in the image anyway."""
_NAMES = re.compile(
    r"pass|pwd|secret|token|key|cred|auth|cookie|session|signature|sas$|conn|dsn|cert|private", re.IGNORECASE
)
_SEPARATORS = re.compile(r"[-_. ]")


def is_hidden(keys: Keys, beside: Iterable[str]) -> bool:
    """Whether a place may hold a credential.

    Args:
        keys: of its path.
        beside: the names of what has its value there, as in `{name: A_TOKEN, value: …}`.
    """
    words = [key for key in keys if isinstance(key, str)]
    if any(looks_secret(key) or _PLACES.fullmatch(_folded(key)) for key in words):
        return True
    listed = (key for key, item in pairwise(keys) if isinstance(key, str) and isinstance(item, int))
    return any(_COMMAND_LINES.fullmatch(_folded(key)) for key in listed) or any(map(_NAMES.search, beside))


def _folded(key: str) -> str:
    return _SEPARATORS.sub("", key).lower()
