"""What a registry says about an image."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How the question ended."""

    PRESENT = "present"
    NOT_FOUND = "not-found"
    """The repository is there (as far as the registry tells), the tag or digest is not."""
    REPOSITORY_MISSING = "repository-missing"
    REFUSED_WITHOUT_LOGIN = "refused-without-login"
    """401, and no login was sent: there is none, or the registry did not ask for one in a way that is known."""
    REFUSED_LOGIN = "refused-login"
    FORBIDDEN = "forbidden"
    HIDDEN = "hidden"
    """Missing or not allowed: the registry answers both alike, so neither may be asserted."""
    RATE_LIMITED = "rate-limited"
    SERVER_ERROR = "server-error"
    """5xx, or an answer that is no registry's."""
    UNREACHABLE = "unreachable"
    DNS = "dns"
    TLS_UNTRUSTED = "tls-untrusted"
    TLS_OTHER = "tls-other"
    PLAIN_HTTP = "plain-http"
    """HTTP is spoken where HTTPS was asked, or the reverse."""
    WRONG_DIGEST = "wrong-digest"
    """The content that came is not the content that its digest names."""
    MANIFEST_UNSUPPORTED = "manifest-unsupported"
    """Schema 1, an unknown media type, or larger than nodes accept."""


@dataclass(frozen=True)
class Answer:
    """A registry's answer; no field ever holds a credential.

    Attributes:
        outcome: how it ended.
        status: HTTP status of the last answer; None when there was none.
        said: the registry's own error code and message, or the network's error; at most 300 characters.
        asked: method and URL of the last request, without query.
        platforms: `os/arch[/variant]` that the image has; empty when it does not say.
        missing_platforms: those of the nodes' platforms that the image lacks.
        digest: digest of the manifest or index as it came.
        size: bytes of the compressed layers for the first of the nodes' platforms that the image has.
        retry_after: seconds after which a rate limited client may ask again, when the registry says so.
        with_login: whether a login was sent, or a token that a login gave. A registry may hide from a stranger what
            it has.
    """

    outcome: Outcome
    status: int | None = None
    said: str = ""
    asked: str = ""
    platforms: tuple[str, ...] = ()
    missing_platforms: tuple[str, ...] = ()
    digest: str | None = None
    size: int | None = None
    retry_after: int | None = None
    with_login: bool = False


class RegistryFaultError(Exception):
    """Ends a question before the image is known to be there; becomes an Answer."""

    def __init__(
        self, outcome: Outcome, said: str = "", *, status: int | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome
        self.said = said
        self.status = status
        self.retry_after = retry_after
