"""Which registry a text is about."""

import re

_HOST = (
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+|localhost|\[[0-9a-f:]+\])(?::\d{1,5})?"
)
_PLACES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # An image reference: its first part is a host when it has a dot or a port, or is localhost.
        rf"\b(?:image|reference|docker://|pinging (?:container|docker) registry)\s*\\*\"?(?P<host>{_HOST}"
        rf"|[a-z0-9-]+:\d{{2,5}}(?=/))(?=[/\"\\:\s])",
        rf"\b(?:head|get|post|request to)\s+\\*\"?https?://(?:[^\s/@\"]*@)?(?P<host>{_HOST})",
        rf"\blookup\s+(?P<host>{_HOST})",
        rf"https?://(?:[^\s/@\"]*@)?(?P<host>{_HOST})",
    )
)


def registry_host(text: str) -> str | None:
    """`host[:port]` as the text has it, in lower case; None when it names none (a name on Docker Hub, or no name)."""
    for place in _PLACES:
        found = place.search(text)
        if found is not None:
            return found["host"].lower()
    return None
