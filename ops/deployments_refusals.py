"""What Pulumi Cloud's refusals mean, each in one sentence with what to type. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ops.deployments_file import FILE

TOKENS = "https://app.pulumi.com/account/tokens"
_AGAIN = "then type the same again"


@dataclass(frozen=True)
class Refused:
    """An answer that is no success."""

    url: str
    """Of the service."""
    status: int
    doing: str
    """What was asked, such as `change the deployment settings of acme/web/eks`."""
    stack: str
    """`organization/project/stack`."""
    said: str
    """Its own words, without credentials; may be empty."""
    tries: int


def sentence(refused: Refused) -> str:
    """What is wrong and what to type."""
    rule = _RULES.get(refused.status, _broken if refused.status >= _FAILS else _refused)
    return rule(refused)


def no_answer(url: str, why: str, doing: str, tries: int) -> str:
    """Nobody answered, or not in time."""
    return f"cannot {doing}: {url} {why} ({_tries(tries)}); type: curl -sS {url}/api/capabilities   # {_AGAIN}"


def no_token() -> str:
    """Told before anything is asked."""
    return f"PULUMI_ACCESS_TOKEN is not set; make a token at {TOKENS}, then type: export PULUMI_ACCESS_TOKEN=TOKEN"


def bad_token() -> str:
    """A token that no header can carry; it is not shown."""
    return f"PULUMI_ACCESS_TOKEN is no token: it has blanks or letters that none has; {TOKENS} makes one"


def other_backend(backend: str) -> str:
    """Where the state does not lie at Pulumi Cloud."""
    return (
        f"Deployments are a part of Pulumi Cloud, and the state lies in {backend}; "
        "docs/backends.md has what to use there; type: pulumi login https://api.pulumi.com   # to move to it"
    )


def in_clear(url: str) -> str:
    """A token is not sent without TLS."""
    return f"{url} is no https, and the token is not sent in clear; type: export PULUMI_BACKEND_URL=https://HOST"


def _token(refused: Refused) -> str:
    return (
        f"{refused.url} does not take the token in PULUMI_ACCESS_TOKEN (401); make one at {TOKENS}, "
        "then type: export PULUMI_ACCESS_TOKEN=TOKEN"
    )


def _forbidden(refused: Refused) -> str:
    return (
        f"the token may not {refused.doing} (403){_words(refused)}; ask an administrator of the organization for the "
        f"permission Admin on {refused.stack}, {_AGAIN}"
    )


def _missing(refused: Refused) -> str:
    return (
        f"{refused.url} has no stack {refused.stack}, or the token may not see it (404); "
        f"type: pulumi stack init {refused.stack} --no-select   # or: pulumi stack ls --all"
    )


def _busy(refused: Refused) -> str:
    return (
        f"cannot {refused.doing}: something else is changing it now (409){_words(refused)}; "
        f"type: pulumi deployment list -s {refused.stack}   # wait until it has ended, {_AGAIN}"
    )


def _too_many(refused: Refused) -> str:
    return (
        f"cannot {refused.doing}: {refused.url} takes no more requests for now (429, {_tries(refused.tries)}); "
        f"type: sleep 60   # {_AGAIN}"
    )


def _broken(refused: Refused) -> str:
    return (
        f"cannot {refused.doing}: {refused.url} fails ({refused.status}, {_tries(refused.tries)}){_words(refused)}; "
        f"see https://status.pulumi.com, {_AGAIN}"
    )


def _refused(refused: Refused) -> str:
    return (
        f"cannot {refused.doing}: {refused.url} refuses it ({refused.status}){_words(refused)}; edit {FILE}, {_AGAIN}"
    )


def _words(refused: Refused) -> str:
    return f": {refused.said}" if refused.said else ""


def _tries(count: int) -> str:
    return "1 try" if count == 1 else f"{count} tries"


_FAILS = 500
_RULES: Mapping[int, Callable[[Refused], str]] = {
    401: _token,
    403: _forbidden,
    404: _missing,
    409: _busy,
    429: _too_many,
}
