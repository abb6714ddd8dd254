"""Three witnesses of a failed pull: the kubelet's text, the registry's own answer, the right that was given. Pure.

Each alone can mislead: many registries answer 401 for what is missing, a firewall's 403 looks like a missing right,
and a right given a minute ago is refused for a while. What a registry hides is never asserted.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from pulls.causes import Class, Code
from pulls.classify import Verdict
from pulls.registry.answer import Answer, Outcome

_RIGHTS = (Code.NO_CREDENTIALS, Code.CREDENTIALS_REFUSED, Code.FORBIDDEN)
_SAME: dict[Code, tuple[Outcome, ...]] = {
    Code.NOT_FOUND: (Outcome.NOT_FOUND, Outcome.REPOSITORY_MISSING),
    Code.NO_CREDENTIALS: (Outcome.REFUSED_WITHOUT_LOGIN,),
    Code.CREDENTIALS_REFUSED: (Outcome.REFUSED_LOGIN,),
    Code.CREDENTIALS_EXPIRED: (Outcome.REFUSED_LOGIN,),
    Code.FORBIDDEN: (Outcome.FORBIDDEN,),
    Code.DNS: (Outcome.DNS,),
    Code.UNREACHABLE: (Outcome.UNREACHABLE,),
    Code.TLS_UNTRUSTED: (Outcome.TLS_UNTRUSTED,),
    Code.TLS_OTHER: (Outcome.TLS_OTHER,),
    Code.PLAIN_HTTP: (Outcome.PLAIN_HTTP,),
    Code.RATE_LIMITED: (Outcome.RATE_LIMITED,),
    Code.REGISTRY_ERROR: (Outcome.SERVER_ERROR,),
    Code.MANIFEST_UNSUPPORTED: (Outcome.MANIFEST_UNSUPPORTED, Outcome.WRONG_DIGEST),
}


_UNREAD = "the secret is there now: the node had not been allowed or able to read it yet, and tries again"
"""A node may read a secret from the moment that the API server knows of a pod there that names it; a kubelet that asks
earlier pulls without it and asks again (kubernetes v1.34, plugin/pkg/auth/authorizer/node: `no relationship found`)."""


class Witness(StrEnum):
    """Who says so."""

    KUBELET = "kubelet"
    REGISTRY = "registry"
    GRANT = "grant"


@dataclass(frozen=True)
class Grant:
    """The right to pull, as the program gave it."""

    kind: str
    """`anonymous`, `pull-secret`, `kubelet-identity`, `node-role` or `node-service-account`."""
    identity: str
    role: str
    resource: str
    fresh_seconds: float = 0.0
    """How much longer it may be refused although it was given."""
    waited_seconds: float = 0.0
    """How long it was waited for after it was given."""

    def after(self, seconds: float) -> "Grant":
        """The same, when it was fresh and so many seconds have passed."""
        waited = min(seconds, self.fresh_seconds)
        return replace(self, fresh_seconds=self.fresh_seconds - waited, waited_seconds=self.waited_seconds + waited)


@dataclass(frozen=True)
class Settled:
    """What the witnesses say together."""

    code: Code
    kind: Class | None
    witnesses: tuple[Witness, ...]
    """Those that agree on the code."""
    notes: tuple[str, ...] = ()
    """What the others add, or say against it."""


def settle(
    verdict: Verdict,
    answer: Answer | None = None,
    grant: Grant | None = None,
    *,
    still_pulling: bool = False,
    unread_secret: bool = False,
) -> Settled:
    """The cause by all witnesses.

    Args:
        verdict: of the kubelet's text.
        answer: of the registry about the same image, asked with the pod's own login where that is known.
        grant: what the program gave.
        still_pulling: whether the kubelet only waits, and has said nothing since the pull began.
        unread_secret: whether the cluster has the pull secret that the kubelet says it has not.
    """
    if still_pulling:
        return _of_silence(verdict, answer)
    if unread_secret:
        return Settled(verdict.code, Class.TRANSIENT, (Witness.KUBELET,), (_UNREAD,))
    settled = next(filter(None, (rule(verdict, answer, grant) for rule in _RULES)), None)
    if settled is None:
        settled = Settled(verdict.code, verdict.kind, (Witness.KUBELET,), _against(verdict, answer))
    if settled.kind is Class.PROPAGATING and grant is not None and grant.fresh_seconds <= 0:
        return replace(settled, kind=Class.PERMANENT)  # its time to become known is over
    return settled


def _of_silence(verdict: Verdict, answer: Answer | None) -> Settled:
    """Only that a registry answers nobody explains a wait; what else it says to this machine need not be why."""
    if answer is not None and answer.outcome == Outcome.UNREACHABLE:
        note = "the registry does not answer this machine either"
        return Settled(Code.UNREACHABLE, Class.TRANSIENT, (Witness.REGISTRY,), (note,))
    return Settled(verdict.code, verdict.kind, (Witness.KUBELET,), _against(verdict, answer))


def _of_the_registry(verdict: Verdict, answer: Answer | None, grant: Grant | None) -> Settled | None:
    """The registry asserts what the kubelet's text hides or does not say."""
    if answer is None or verdict.code not in (*_RIGHTS, Code.UNKNOWN, Code.NOT_FOUND):
        return None
    if answer.missing_platforms and verdict.code not in _RIGHTS:
        has, lacks = ", ".join(answer.platforms), ", ".join(answer.missing_platforms)
        note = f"the image has {has}; the nodes are {lacks}"
        return Settled(Code.PLATFORM_MISMATCH, Class.PERMANENT, (Witness.REGISTRY,), (note,))
    if not _is_missing(answer) or verdict.code == Code.NOT_FOUND:
        return None
    if verdict.code in _RIGHTS and not answer.with_login:
        return None  # a stranger's 404 may hide what the node was refused
    said = f"the registry has no such image ({answer.said or answer.status})"
    if grant is not None and grant.fresh_seconds > 0:
        note = f"{said}, or does not know yet of the right that was given a moment ago"
        return Settled(Code.NOT_FOUND, Class.PROPAGATING, (Witness.REGISTRY,), (note,))
    return Settled(Code.NOT_FOUND, Class.PERMANENT, (Witness.REGISTRY,), (f"{said}, so no right would help",))


def _is_missing(answer: Answer) -> bool:
    return answer.outcome in _SAME[Code.NOT_FOUND]


def _fresh(verdict: Verdict, answer: Answer | None, grant: Grant | None) -> Settled | None:
    """A right given a moment ago is refused for a while."""
    if verdict.code not in _RIGHTS or grant is None or grant.fresh_seconds <= 0:
        return None
    note = (
        f"{grant.role} on {grant.resource} was given to {grant.identity} a moment ago and may not be known everywhere"
    )
    return Settled(
        verdict.code, Class.PROPAGATING, (Witness.KUBELET, Witness.GRANT), (note, *_against(verdict, answer))
    )


def _given_in_vain(verdict: Verdict, answer: Answer | None, grant: Grant | None) -> Settled | None:
    """A right that is refused for longer than it takes to become known is not the one that is needed."""
    if verdict.code not in _RIGHTS or grant is None or grant.waited_seconds <= 0:
        return None
    note = (
        f"{grant.role} on {grant.resource} was given, and is refused to {grant.identity} for "
        f"{grant.waited_seconds:.0f} s since: another identity, role or resource than the one that pulls needs it"
    )
    notes = (note, *_against(verdict, answer))
    return Settled(verdict.code, Class.PERMANENT, (*_agreeing(verdict, answer), Witness.GRANT), notes)


def _no_right(verdict: Verdict, answer: Answer | None, grant: Grant | None) -> Settled | None:
    """Nobody gave one."""
    if verdict.code != Code.NO_CREDENTIALS or grant is None or grant.kind != "anonymous":
        return None
    notes = ("no right to pull and no pull secret is part of this stack", *_against(verdict, answer))
    return Settled(verdict.code, Class.PERMANENT, (*_agreeing(verdict, answer), Witness.GRANT), notes)


def _login_refused(verdict: Verdict, answer: Answer | None, grant: Grant | None) -> Settled | None:
    """A bare 401 does not say whether credentials came with the request; the pod's own login, tried from here, does."""
    _ = grant
    if verdict.code != Code.NO_CREDENTIALS or answer is None or answer.outcome != Outcome.REFUSED_LOGIN:
        return None
    note = "the login of the pod's pull secret was tried from here, and refused"
    return Settled(Code.CREDENTIALS_REFUSED, Class.PROPAGATING, (Witness.REGISTRY,), (note,))


def _agreed(verdict: Verdict, answer: Answer | None, grant: Grant | None) -> Settled | None:
    _ = grant
    agreeing = _agreeing(verdict, answer)
    if len(agreeing) == 1:
        return None
    return Settled(verdict.code, verdict.kind, agreeing)


_RULES: tuple[Callable[[Verdict, Answer | None, Grant | None], Settled | None], ...] = (
    _of_the_registry,
    _fresh,
    _given_in_vain,
    _no_right,
    _login_refused,
    _agreed,
)


def _agreeing(verdict: Verdict, answer: Answer | None) -> tuple[Witness, ...]:
    if answer is not None and _says_the_same(verdict.code, answer):
        return (Witness.KUBELET, Witness.REGISTRY)
    return (Witness.KUBELET,)


def _says_the_same(code: Code, answer: Answer) -> bool:
    if code in (Code.PLATFORM_MISMATCH, Code.WRONG_ARCHITECTURE):
        return bool(answer.missing_platforms)
    return answer.outcome in _SAME.get(code, ())


def _against(verdict: Verdict, answer: Answer | None) -> tuple[str, ...]:
    if answer is None:
        return ()
    if answer.outcome == Outcome.HIDDEN:
        return ("this registry answers alike for an image that is missing and for one that may not be pulled",)
    if answer.outcome == Outcome.PRESENT:
        return (_present(verdict),)
    if verdict.code in _RIGHTS and _is_missing(answer):
        said = answer.said or answer.status
        return (f"the registry has no such image, or hides it from whoever does not log in ({said}): look there first",)
    if verdict.code in _RIGHTS:
        return (f"this machine is answered otherwise ({answer.said or answer.outcome}): the nodes' network may differ",)
    return ()


def _present(verdict: Verdict) -> str:
    if verdict.code in _RIGHTS:
        return "the image is there: it is the node that may not pull it"
    if verdict.code == Code.NOT_FOUND:
        return "the registry has the image now: it came later, or the node asks another registry or mirror"
    return "this machine reaches the registry and finds the image: look at the node"
