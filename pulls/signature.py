"""Whether an image is signed by a key, by what its registry has beside it. What is not shown is not taken as signed.

Asked of the registry with the login of the one who deploys; no program of cosign's is needed. What the transparency log
says of a signature is not asked: the key alone decides, as in `cosign verify --key … --insecure-ignore-tlog`.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial

from pulls.registry.answer import Outcome, RegistryFaultError
from pulls.registry.bounded import bounded
from pulls.registry.login import Login
from pulls.registry.reference import InvalidReference, parse_reference
from pulls.registry.session import Session
from pulls.signature_claims import BrokenSignatureError
from pulls.signature_key import PublicKey
from pulls.signature_store import Found, attached, check_image, tagged

_STEP, _TOTAL = 3.0, 10.0
"""Seconds for one step of a question, and for all."""
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 8.0
_PATIENCE = 30.0
_TRANSIENT = frozenset({Outcome.RATE_LIMITED, Outcome.SERVER_ERROR, Outcome.UNREACHABLE, Outcome.DNS})


class Finding(IntEnum):
    """What was found, the most telling first."""

    SIGNED = 0
    OTHER_IMAGE = 1
    """The key signed, and another digest."""
    OTHER_KEY = 2
    """Somebody signed this digest, not with this key."""
    BROKEN = 3
    """What should be a signature cannot be read."""
    UNSIGNED = 4
    """There is none."""


@dataclass(frozen=True)
class Verdict:
    """The answer for one image.

    Attributes:
        finding: what was found.
        said: what is wrong with a broken signature; which digests are signed instead; what is to know of the key.
        count: signatures that were looked at.
    """

    finding: Finding
    said: str = ""
    count: int = 0


@dataclass(frozen=True)
class Patience:
    """How often a registry that does not answer is asked."""

    seconds: float = field(default_factory=lambda: _PATIENCE)
    """In which it is asked again; 0 to ask once."""
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


def check_signature(image: str, key: PublicKey, login: Login | None, patience: Patience | None = None) -> Verdict:
    """Ask the registry of an image for its signatures, and again for a while if it does not answer.

    Args:
        image: `host[:port]/path@sha256:…`.
        key: that must have signed it.
        login: what to ask with; None to ask as a stranger.
        patience: with a registry that is busy or silent.

    Raises:
        InvalidReference: the image names no digest.
        RegistryFaultError: the registry does not tell, to the end; what it says holds no credential.
    """
    reference = parse_reference(image)
    digest = reference.digest
    if digest is None:
        message = "what is signed is a digest"
        raise InvalidReference(message)
    work = partial(_look, digest=digest, key=key)
    patience = patience or Patience()
    end, wait = patience.clock() + patience.seconds, _FIRST_WAIT
    while True:
        try:
            return bounded(reference, login, work, timeout=_STEP, total=_TOTAL)
        except RegistryFaultError as fault:
            pause = max(wait, float(fault.retry_after or 0))
            if fault.outcome not in _TRANSIENT or patience.clock() + pause > end:
                raise
        patience.sleep(pause)
        wait = min(2 * wait, _LONGEST_WAIT)


def _look(session: Session, *, digest: str, key: PublicKey) -> Verdict:
    """What both places say; the first good signature ends it, wherever it is."""
    seen: list[Verdict] = []
    fault: RegistryFaultError | None = None
    for place in (attached, tagged):
        try:
            for verdict in _judged(place(session, digest), digest, key):
                seen.append(verdict)
                if verdict.finding is Finding.SIGNED:
                    return Verdict(Finding.SIGNED, count=len(seen))
        except RegistryFaultError as error:
            fault = fault or error
    if fault is not None:
        raise fault
    if not seen:
        check_image(session, digest)
        return Verdict(Finding.UNSIGNED)
    best = min(seen, key=lambda each: each.finding)
    return Verdict(best.finding, best.said, len(seen))


def _judged(found: Iterator[Found], digest: str, key: PublicKey) -> Iterator[Verdict]:
    for each in found:
        yield judge(each, digest, key)


def judge(found: Found, digest: str, key: PublicKey) -> Verdict:
    """What one signature is worth for one digest. Pure."""
    if isinstance(found, BrokenSignatureError):
        return Verdict(Finding.BROKEN, str(found))
    if not any(key.made(each, found.message) for each in found.signatures):
        return Verdict(Finding.OTHER_KEY, key.caution)
    if digest not in found.digests:
        return Verdict(Finding.OTHER_IMAGE, ", ".join(sorted(found.digests)))
    return Verdict(Finding.SIGNED)
