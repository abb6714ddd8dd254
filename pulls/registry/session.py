"""Requests to one repository of a registry, with the login sent the way the registry asks for it."""

from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

from pulls.registry.answer import Outcome, RegistryFaultError
from pulls.registry.auth import OAUTH_NOT_SPOKEN, Challenge, basic, best_challenge, token_of, token_requests
from pulls.registry.login import Login
from pulls.registry.reference import ImageReference, is_loopback
from pulls.registry.refusals import Refusal, Sent, hides, outcome_of, read_refusal, seconds_to_wait
from pulls.registry.wire import Reply, Wire, json_of, origin
from pulls.text.redact import redact

_LONGEST_SAID, _LONGEST_READ = 300, 4096
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 401, 403, 404
_GOOD = range(200, 300)
_HIDDEN = "***"


class Session:
    """Asks below `/v2/<path>/`, and keeps what was sent.

    Attributes:
        asked: method and URL of the last request, without query.
    """

    def __init__(self, wire: Wire, reference: ImageReference, login: Login | None, scheme: str) -> None:
        self.asked = ""
        self._wire = wire
        self._registry = reference.registry
        self._path = reference.path
        self._scheme = scheme
        self._base = f"{scheme}://{reference.registry}/v2/{reference.path}"
        self._login = login
        self._authorization: str | None = None
        self._sent = Sent.NOTHING
        self._secrets = {login.password, basic(login).split(" ")[1]} if login else set[str]()

    @property
    def with_login(self) -> bool:
        """Whether requests carry the login, or a token that it gave."""
        return self._sent in (Sent.LOGIN, Sent.TOKEN_OF_LOGIN)

    def get(self, below: str, *, accept: str = "*/*", limit: int) -> Reply:
        """The answer for `/v2/<path>/<below>`, whatever its status.

        Raises:
            RegistryFaultError: there was none, or the token service refused.
        """
        reply = self._get(below, accept, limit)
        if reply.status == _UNAUTHORIZED and not reply.elsewhere and self._authorization is None:
            self._authorize(best_challenge(reply.headers.get_list("WWW-Authenticate")))
            if self._authorization is not None:
                reply = self._get(below, accept, limit)
        return reply

    def fault(self, reply: Reply) -> RegistryFaultError:
        """What an answer that is no content means; for a manifest's 404 see `missing`."""
        refusal = read_refusal(reply.status, reply.content_type, reply.body)
        if reply.elsewhere and reply.status in (_UNAUTHORIZED, _FORBIDDEN):
            said = f"the storage that the registry redirects to: {refusal.said}"
            return self._fault(Outcome.FORBIDDEN, Refusal(reply.status, refusal.codes, said), reply)
        return self._fault(outcome_of(refusal, self._registry, self._sent), refusal, reply)

    def missing(self, reply: Reply) -> RegistryFaultError:
        """What a manifest's 404 means: the repository is asked for its tags.

        A repository that holds only untagged manifests counts as missing at distribution's registry, which knows it by
        its tags (distribution/distribution v3.0, registry/storage/tagstore.go).
        """
        refusal = read_refusal(reply.status, reply.content_type, reply.body)
        outcome, asked = Outcome.REPOSITORY_MISSING, self.asked
        if "NAME_UNKNOWN" not in refusal.codes:
            status = self._status_of_tags()
            outcome = Outcome.REPOSITORY_MISSING if status == _NOT_FOUND else Outcome.NOT_FOUND
            if status not in _GOOD and hides(self._registry, _NOT_FOUND):
                outcome = Outcome.HIDDEN
        elif hides(self._registry, _NOT_FOUND):
            outcome = Outcome.HIDDEN
        self.asked = asked
        return self._fault(outcome, refusal, reply)

    def shown(self, text: str, limit: int = _LONGEST_SAID) -> str:
        """A text without credentials, at most `limit` characters."""
        for secret in sorted(self._secrets - {""}, key=len, reverse=True):
            for form in {secret, quote(secret, safe=""), quote_plus(secret)}:
                text = text.replace(form, _HIDDEN)
        return redact(text[:_LONGEST_READ])[:limit]

    def request(self, below: str) -> str:
        """Method and URL of what `get` asks for."""
        return f"GET {self._base}/{below}"

    def _get(self, below: str, accept: str, limit: int) -> Reply:
        self.asked = self.request(below)
        url = f"{self._base}/{below}"
        return self._wire.get(url, authorization=self._authorization, accept=accept, limit=limit)

    def _status_of_tags(self) -> int | None:
        try:
            return self.get("tags/list", limit=0).status
        except RegistryFaultError:
            return None

    def _authorize(self, challenge: Challenge | None) -> None:
        if challenge is None:
            return
        if challenge.scheme == "bearer":
            token = self._token(challenge)
            self._secrets.add(token)
            self._authorization = f"Bearer {token}"
            self._sent = Sent.TOKEN_OF_LOGIN if self._login else Sent.ANONYMOUS_TOKEN
        elif self._login is not None:
            self._authorization = basic(self._login)
            self._sent = Sent.LOGIN

    def _token(self, challenge: Challenge) -> str:
        service = self._token_service(challenge)
        reply = None
        for request in token_requests(challenge, self._path, self._login):
            self.asked = f"{request.method} {service} for a token"
            reply = self._wire.token(request)
            if reply.status not in OAUTH_NOT_SPOKEN:
                break
        assert reply is not None
        if reply.status not in _GOOD:
            refusal = read_refusal(reply.status, reply.content_type, reply.body)
            sent = Sent.LOGIN if self._login else Sent.NOTHING
            raise self._fault(outcome_of(refusal, self._registry, sent), refusal, reply)
        token = token_of(json_of(reply.body))
        if token is None:
            reason = "the token service's answer has no token"
            raise RegistryFaultError(Outcome.SERVER_ERROR, reason, status=reply.status)
        return token

    def _token_service(self, challenge: Challenge) -> str:
        realm = challenge.parameters.get("realm", "")
        if not realm:
            reason = "the registry asks for a token and does not say where it is given"
            raise RegistryFaultError(Outcome.SERVER_ERROR, reason, status=_UNAUTHORIZED)
        service = origin(realm)
        in_clear = service.startswith("http://") and not is_loopback(service.removeprefix("http://"))
        if in_clear and self._scheme == "https" and self._login is not None:
            reason = "the registry wants the login sent without TLS; it was not sent"
            raise RegistryFaultError(Outcome.SERVER_ERROR, reason, status=_UNAUTHORIZED)
        return service

    def _fault(self, outcome: Outcome, refusal: Refusal, reply: Reply) -> RegistryFaultError:
        wait = None
        if outcome is Outcome.RATE_LIMITED:
            wait = seconds_to_wait(reply.headers.get("Retry-After"), datetime.now(UTC))
        return RegistryFaultError(outcome, refusal.said, status=refusal.status, retry_after=wait)
