"""Whether the registry answers, takes the login, and lets it push and read: what the push and the pull begin with."""

import re
from dataclasses import dataclass

from components.docker_login import Login
from components.platforms.image_digest import digest_problems
from components.platforms.local_problems import registry_problems
from components.platforms.matching import is_loopback
from components.platforms.registry_login import RegistryUser, login_commands, registry_login
from components.settings_foreign import ForeignRegistry
from components.settings_models import ImageSettings, LocalSettings, RegistrySettings
from components.stack_file import StackFile, StackFileError
from ops.checks.finding import Finding, Name, State, of_problem, of_refusal, ok
from ops.checks.loading import check_loading
from ops.checks.settled import Settled
from ops.checks.upload import Refused, Step, try_repository
from pulls.registry.answer import Answer, Outcome
from pulls.registry.ask import ask
from pulls.registry.login import Login as NodeLogin
from pulls.registry.reference import InvalidReference

_STEP_SECONDS = 1.5
_ERRNO = re.compile(r"^\[Errno -?\d+\] ")
_WHY = "the image is pushed there, and the nodes pull it from there"
_WHY_LOGIN = "the image is pushed with this login, and nodes pull with it"
_LOGIN_REFUSED = (Outcome.REFUSED_LOGIN, Outcome.REFUSED_WITHOUT_LOGIN)
_SILENT = (Outcome.UNREACHABLE, Outcome.DNS)
_TRUST = (Outcome.TLS_UNTRUSTED, Outcome.TLS_OTHER, Outcome.PLAIN_HTTP)
_PASSING = (Outcome.RATE_LIMITED, Outcome.SERVER_ERROR)


@dataclass(frozen=True)
class _Place:
    """Where an image is pushed to."""

    registry: RegistryUser
    image: ImageSettings
    login: Login | None
    settled: Settled

    @property
    def repository(self) -> str:
        return f"{self.registry.host}/{self.image.repository}"

    @property
    def who(self) -> str:
        return f"user {self.login.username!r}" if self.login is not None else "whoever has no login"

    @property
    def node_login(self) -> NodeLogin | None:
        return NodeLogin(self.login.username, self.login.password) if self.login is not None else None


def check_registry(settled: Settled) -> list[Finding]:
    """Ask the registry of a stack, where the stack file names one; those of clouds are asked through the cloud."""
    settings = settled.settings
    assert settings is not None
    registry = settings.registry
    if not isinstance(registry, RegistrySettings | ForeignRegistry):
        return []
    if isinstance(settings, LocalSettings) and settings.registry.load != "registry":
        return check_loading(settings.registry.load, settings, settled)
    if settled.sealed and registry.username is not None:
        what = "not asked, as the password in the stack file cannot be decrypted"
        return [Finding(Name.REGISTRY, State.UNKNOWN, what, _WHY)]
    foreign = isinstance(registry, ForeignRegistry)  # preflight says what is wrong with its login
    try:
        login = registry_login(registry, settled.secrets, settled.stack)
    except StackFileError as refusal:
        return [] if foreign else of_refusal(Name.LOGIN, refusal, _WHY_LOGIN)
    wrong = _wrong(settings, settled.stack, login=login is not None) if isinstance(settings, LocalSettings) else []
    if wrong or (foreign and login is None):
        return wrong
    place = _Place(registry, settings.image, login, settled)
    return _digest_findings(place) if settings.image.digest is not None else _push_findings(place)


def _wrong(settings: LocalSettings, stack: StackFile, *, login: bool) -> list[Finding]:
    """What preflight refuses of a local stack without asking."""
    places = registry_problems(settings.registry, login=login, stack=stack)
    digests = digest_problems(settings.image, settings.registry.host, stack)
    return [
        *(of_problem(Name.REGISTRY, each, _WHY) for each in places),
        *(of_problem(Name.IMAGE, each, _WHY) for each in digests),
    ]


def _push_findings(place: _Place) -> list[Finding]:
    host, path = place.registry.host, place.image.repository
    try:
        try_repository(host, path, place.node_login, push=True, seconds=_STEP_SECONDS)
    except InvalidReference as error:
        return [Finding(Name.REGISTRY, State.PROBLEM, str(error), _WHY)]
    except Refused as refused:
        # It answers when it refuses, and takes the login when it only refuses the right.
        return _refused(place, refused)
    found = f"{host} answers, and takes {place.who}"
    return [*ok(Name.REGISTRY, found), *_allowed(place, Name.PUSH), *_allowed(place, Name.PULL)]


def _allowed(place: _Place, check: Name) -> list[Finding]:
    return ok(check, f"{place.repository} may be {'pushed to' if check is Name.PUSH else 'read'}")


def _refused(place: _Place, refused: Refused) -> list[Finding]:
    known = _known(place, refused.outcome, refused.said)
    if known is not None:
        return [known]
    verb, check = ("push to", Name.PUSH) if refused.step is Step.PUSH else ("read", Name.PULL)
    what = f"{place.who} may not {verb} {place.repository}: {refused.said or refused.outcome.value}"
    why = "the update ends at the push" if refused.step is Step.PUSH else "nodes that pull with this login get nothing"
    commands = (*login_commands(place.registry, place.settled.stack), "# or ask its owner for the right")
    first = _allowed(place, Name.PUSH) if refused.step is Step.PULL else []
    return [
        *ok(Name.REGISTRY, f"{place.registry.host} answers"),
        *first,
        Finding(check, State.PROBLEM, what, why, commands),
    ]


def _digest_findings(place: _Place) -> list[Finding]:
    """Whether the image that was built before is there, for the platform that the nodes are said to have."""
    image = place.image
    reference = f"{place.repository}@{str(image.digest).rpartition('@')[2]}"
    try:
        answer = ask(reference, login=place.node_login, node_platforms=(image.platform,), timeout=_STEP_SECONDS)
    except InvalidReference as error:
        return [Finding(Name.IMAGE, State.PROBLEM, str(error), _WHY)]
    known = _known(place, answer.outcome, answer.said)
    if known is not None:
        return [known]
    return [*ok(Name.REGISTRY, f"{place.registry.host} answers"), _digest(place, reference, answer)]


def _digest(place: _Place, reference: str, answer: Answer) -> Finding:
    why = "this very image is deployed, and nothing is built"
    look = (f"docker buildx imagetools inspect {reference}",)
    if answer.outcome is not Outcome.PRESENT:
        said = f": {answer.said}" if answer.said else ""
        what = f"{reference} cannot be read by {place.who} ({answer.outcome.value}{said})"
        return Finding(Name.IMAGE, State.PROBLEM, what, why, look)
    if answer.missing_platforms:
        what = f"{reference} is not for {place.image.platform}, only for {', '.join(answer.platforms)}"
        return Finding(Name.IMAGE, State.PROBLEM, what, why, look)
    return Finding(Name.IMAGE, State.OK, f"{reference} is there")


def _known(place: _Place, outcome: Outcome, said: str) -> Finding | None:
    """What hinders whatever is tried; None for what hinders only this."""
    host, logins = place.registry.host, login_commands(place.registry, place.settled.stack)
    scheme = "http" if is_loopback(host) else "https"
    if outcome in _SILENT:
        commands = ("make up  # for the sandbox's", f"curl -v {scheme}://{host}/v2/")
        return Finding(Name.REGISTRY, State.PROBLEM, f"{host} does not answer: {_ERRNO.sub('', said)}", _WHY, commands)
    if outcome in _LOGIN_REFUSED:
        refuses = f"{host} refuses the password of {place.who}"
        what = refuses if place.login is not None else f"{host} wants a login, and there is none for it"
        return Finding(Name.LOGIN, State.PROBLEM, what, _WHY_LOGIN, logins)
    if outcome in _TRUST:
        what = f"{host} was not asked: {said}"
        why = f"{_WHY}; docker and the nodes may have been told to trust it, this program was not"
        return Finding(Name.REGISTRY, State.WARNING, what, why, (f"curl -v {scheme}://{host}/v2/",))
    if outcome in _PASSING:
        state = State.WARNING if outcome is Outcome.RATE_LIMITED else State.PROBLEM
        return Finding(Name.REGISTRY, state, f"{host} answers {outcome.value}: {said}", _WHY, logins[:1])
    return None
