"""How a repository of the fault registry behaves: data, and the one decision that follows from it."""

from dataclasses import dataclass, field
from enum import StrEnum

from tests.faults.images import Image
from tests.faults.registry_answers import UNAUTHORIZED, Answer
from tests.faults.registry_requests import Login, Part, Request


class Token(StrEnum):
    """What a token endpoint may give instead of a refusal."""

    GRANTED = "granted"
    WITHOUT_SCOPE = "without-scope"


class Scheme(StrEnum):
    """How the registry says that it wants credentials."""

    BEARER = "Bearer"
    BASIC = "Basic"
    SILENT = "silent"


class Break(StrEnum):
    """What goes wrong in the middle of content."""

    RESET = "reset"
    HANG = "hang"
    END = "end"  # the connection is closed, the promised length not reached
    SHORT = "short"  # a complete answer with less content than there is
    OTHER_BYTES = "other bytes"  # the same length, another digest


@dataclass(frozen=True)
class Lasts:
    """How long a fault lasts: for ever, for the first `times` requests it hits, or for `seconds` since it was set.

    Both given, the later of the two ends it. A client may ask again within one pull, and each time is a hit.
    containerd v2.3.4 (core/remotes/docker/resolver.go) asks at most five times after 429 or a connection that just
    ends, twice after 500, 503 or 504, once when reset; v1.6.20 six times after 429 and else once; both ask for the
    rest of content that ends early.
    """

    times: int | None = None
    seconds: float | None = None

    def over(self, hits: int, elapsed: float) -> bool:
        """Whether the fault is gone after so many hits and seconds."""
        if self.times is None and self.seconds is None:
            return False
        return hits >= (self.times or 0) and elapsed >= (self.seconds or 0)


FOR_EVER = Lasts()


@dataclass(frozen=True)
class Reply:
    """Answers so, whatever credentials came."""

    answer: Answer


@dataclass(frozen=True)
class Challenge:
    """Wants credentials: a login (Basic) or a token from its own endpoint (Bearer); SILENT does not say which.

    `anonymous` and `known` are what a client without and with a login gets: at the token endpoint, or, with Basic, from
    the registry itself. When the fault is over, `known` is a granted token; `anonymous` stays. `login` is the only
    right one, another gets `stranger`; None takes any.
    """

    scheme: Scheme = Scheme.BEARER
    anonymous: Answer | Token = UNAUTHORIZED
    known: Answer | Token = Token.GRANTED
    login: Login | None = None
    stranger: Answer = UNAUTHORIZED
    body: Answer = UNAUTHORIZED
    token_path: str = "/token"


@dataclass(frozen=True)
class Hang:
    """Takes the request and does not answer until the client has gone or the server is told to release."""


@dataclass(frozen=True)
class Reset:
    """Resets the connection instead of an answer."""


@dataclass(frozen=True)
class Broken:
    """Breaks content in its middle; counted from the start of the content also when only a range was asked for."""

    how: Break


Fault = Reply | Challenge | Hang | Reset | Broken

CONTENT = frozenset({Part.MANIFESTS, Part.BLOBS})
MANIFESTS = frozenset({Part.MANIFESTS})
BLOBS = frozenset({Part.BLOBS})


@dataclass(frozen=True)
class Behaviour:
    """A repository: its fault, which requests it hits, how long it lasts, and what is behind it.

    `only` limits the fault further to one tag or digest, so to the layer where content of some size shall break: a
    node may ask for the few bytes of the configuration first.
    Behind it is `image`, under every tag, or the upstream's repository `source`, or the upstream's of the same name.
    """

    fault: Fault | None = None
    on: frozenset[Part] = CONTENT
    lasts: Lasts = FOR_EVER
    image: Image | None = None
    source: str | None = None
    only: str | None = None

    def hits(self, request: Request) -> bool:
        """Whether its fault is for this request."""
        return request.part in self.on and self.only in (None, request.reference)


@dataclass(frozen=True)
class Decision:
    """What to do with a request; None for the content that is behind the repository.

    `hit` says whether the fault caused it; a challenge as such does not count, only what comes of it does.
    """

    action: Answer | Token | Hang | Reset | Broken | None = None
    hit: bool = False
    headers: tuple[tuple[str, str], ...] = field(default=())


_PASS = Decision()


def decide(behaviour: Behaviour, request: Request, *, over: bool, url: str) -> Decision:
    """What the repository does with this request.

    Args:
        behaviour: the repository's.
        request: the request.
        over: whether the fault has lasted as long as it should.
        url: how the client reaches the server, `http://127.0.0.1:1234`, for the token endpoint.
    """
    fault = behaviour.fault
    if isinstance(fault, Challenge):
        return _challenge(fault, request, over=over, url=url)
    if fault is None or over or not behaviour.hits(request):
        return Decision(Token.GRANTED) if request.part is Part.TOKEN else _PASS
    if isinstance(fault, Reply):
        return Decision(fault.answer, hit=True)
    if isinstance(fault, Broken) and request.method == "HEAD":
        return _PASS
    return Decision(fault, hit=True)


def _challenge(fault: Challenge, request: Request, *, over: bool, url: str) -> Decision:
    if request.part is Part.TOKEN:
        verdict = _verdict(fault, request.login, over=over)
        return Decision(verdict, hit=verdict is not Token.GRANTED)
    if fault.scheme is Scheme.SILENT:
        return _PASS if over else Decision(fault.body, hit=True)
    if fault.scheme is Scheme.BEARER:
        return _bearer(fault, request, url)
    if request.login is None:
        return Decision(fault.body, headers=_basic_header(request.host))
    verdict = _verdict(fault, request.login, over=over)
    if isinstance(verdict, Token):
        return _PASS
    return Decision(
        verdict, hit=True, headers=_basic_header(request.host) if verdict.status == UNAUTHORIZED.status else ()
    )


def _verdict(fault: Challenge, login: Login | None, *, over: bool) -> Answer | Token:
    if login is None:
        return fault.anonymous
    if fault.login is not None and login != fault.login:
        return fault.stranger
    return Token.GRANTED if over else fault.known


def _bearer(fault: Challenge, request: Request, url: str) -> Decision:
    if request.bearer == Token.GRANTED:
        return _PASS
    # RFC 6750, section 3.1
    errors: dict[str | None, str] = {None: "", Token.WITHOUT_SCOPE: ',error="insufficient_scope"'}
    error = errors.get(request.bearer, ',error="invalid_token"')
    scope = f',scope="repository:{request.repository}:pull"' if request.repository else ""
    challenge = f'Bearer realm="{url}{fault.token_path}",service="{request.host}"{scope}{error}'
    return Decision(fault.body, headers=(("WWW-Authenticate", challenge),))


def _basic_header(host: str) -> tuple[tuple[str, str], ...]:
    # The form of Amazon ECR: NVIDIA/enroot issue 59
    return (("WWW-Authenticate", f'Basic realm="https://{host}/",service="ecr.amazonaws.com"'),)
