"""The tags of a repository, page by page (OCI distribution specification v1.1, "Listing Tags")."""

from collections.abc import Iterator, Mapping
from typing import cast

import httpx

from pulls.registry.answer import Outcome, RegistryFaultError
from pulls.registry.bounded import bounded
from pulls.registry.login import Login
from pulls.registry.reference import parse_reference
from pulls.registry.session import Session
from pulls.registry.wire import Reply, json_of

_LARGEST_PAGE = 4 << 20
_MOST_PAGES = 200
_GOOD = range(200, 300)
_NOT_FOUND = 404


def tags_of(repository: str, *, login: Login | None, timeout: float = 3.0, total: float = 20.0) -> tuple[str, ...]:
    """Every tag, in the registry's order. Listing counts as no pull.

    Args:
        repository: `host[:port]/path`; HTTP is spoken with this machine and HTTPS with others.
        login: what to ask with; None to ask as a stranger.
        timeout: seconds for each step.
        total: seconds for all pages together, whatever the network does.

    Raises:
        InvalidReference: the repository is none.
        RegistryFaultError: not all tags came; what it says holds no credential.
    """
    return bounded(parse_reference(repository), login, _all, timeout=timeout, total=total)


def _all(session: Session) -> tuple[str, ...]:
    return tuple(name for page in _pages(session) for name in page)


def _pages(session: Session) -> Iterator[list[str]]:
    below = "tags/list"
    for _ in range(_MOST_PAGES):
        reply = session.get(below, accept="application/json", limit=_LARGEST_PAGE)
        if reply.status == _NOT_FOUND:
            raise session.missing(reply)
        if reply.status not in _GOOD:
            raise session.fault(reply)
        yield _names(reply)
        query = next_query(reply)
        if not query:
            return
        below = f"tags/list{query}"
    raise RegistryFaultError(Outcome.SERVER_ERROR, f"more than {_MOST_PAGES} pages of tags")


def _names(reply: Reply) -> list[str]:
    if not reply.whole:
        raise RegistryFaultError(Outcome.SERVER_ERROR, f"a page of tags is larger than {_LARGEST_PAGE} bytes")
    document = json_of(reply.body)
    named = cast("Mapping[str, object]", document).get("tags", ()) if isinstance(document, dict) else ()
    names: object = [] if named is None else named  # null is how some say that there is none
    if not isinstance(names, list) or not all(isinstance(each, str) for each in cast("list[object]", names)):
        raise RegistryFaultError(Outcome.SERVER_ERROR, "the answer is no list of tags")
    return cast("list[str]", names)


def next_query(reply: Reply) -> str:
    """What is asked for after this page, `?…`; of the link only the query, since the rest of it could lead elsewhere.

    Raises:
        RegistryFaultError: the link is none.
    """
    link = httpx.Response(reply.status, headers=reply.headers).links.get("next", {}).get("url", "")
    try:
        query = httpx.URL(link).query.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        raise RegistryFaultError(Outcome.SERVER_ERROR, "the link to the next page is no URL") from None
    return f"?{query}" if query else ""
