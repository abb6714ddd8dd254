"""The classifier: what kubelet, runtime and registry wrote → which cause of the catalogue it is.

Pure, and by text alone: it never says more than the text does. Unknown stays unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pulls import loaded
from pulls.causes import CATALOGUE, Class, Code
from pulls.text.hosts import registry_host
from pulls.text.mask import LIMIT, joined, masked
from pulls.text.patterns import RULES
from pulls.text.reasons import Reason, reason_named
from pulls.text.redact import Redacted
from pulls.text.rules import Rule


@dataclass(frozen=True)
class PlatformFacts:
    """What is known beside the texts.

    Attributes:
        credentials_sent: whether the node had a login for this registry: a pull secret, or its own identity; None for
            not known. It tells a refused login from a missing one where the text says only 401.
    """

    credentials_sent: bool | None = None


@dataclass(frozen=True)
class Verdict:
    """What a text says.

    Attributes:
        code: the cause.
        kind: what waiting does to it; None for unknown.
        evidence: the words that say so, as they stand in the text, credentials replaced; empty for unknown.
        text: the text that was decided on, credentials replaced.
        host: the registry that the text names, `host[:port]`.
    """

    code: Code
    kind: Class | None
    evidence: str
    text: str
    host: str | None = None

    @property
    def lasts(self) -> bool:
        """Whether a transient cause is permanent when it stays."""
        return CATALOGUE[self.code].lasts


def classify(reason: str, message: str, events: Sequence[str] = (), facts: PlatformFacts | None = None) -> Verdict:
    """The cause that a waiting state or an event names.

    Args:
        reason: of the state or event, such as `ErrImagePull`; empty when not known.
        message: its text.
        events: further texts about the same pod, oldest first; asked when the message names no cause, as back-off
            texts before Kubernetes 1.32 do not, and whether a pull secret is missing when that may be why.
        facts: what is known beside the texts.
    """
    found = _named(reason, message, events, facts)
    if loaded.HOST not in found.text or found.code not in _OF_REGISTRIES:
        return found
    # Nobody can have been asked: whatever the node heard, it has none.
    return replace(found, code=Code.NOT_LOADED, kind=CATALOGUE[Code.NOT_LOADED].kind)


_OF_REGISTRIES = frozenset({
    Code.POLICY_NEVER, Code.NOT_FOUND, Code.NO_CREDENTIALS, Code.CREDENTIALS_REFUSED, Code.FORBIDDEN, Code.DNS,
    Code.UNREACHABLE, Code.TLS_UNTRUSTED, Code.TLS_OTHER, Code.PLAIN_HTTP, Code.REGISTRY_ERROR, Code.INTERRUPTED,
})  # fmt: skip


def _named(reason: str, message: str, events: Sequence[str], facts: PlatformFacts | None) -> Verdict:
    known = reason_named(reason)
    if not known.allowed:
        return _verdict(Code.UNKNOWN, message)
    own, hides = _decide(known, reason, message, facts or PlatformFacts())
    if own.code is Code.NO_CREDENTIALS or hides:
        # Why none were sent, if an event says that.
        return next((each for each in _from_events(events, facts) if each.code is Code.PULL_SECRET_MISSING), own)
    if own.code is Code.UNKNOWN:
        return next((each for each in _from_events(events, facts) if each.code is not Code.UNKNOWN), own)
    return own


def _from_events(events: Sequence[str], facts: PlatformFacts | None) -> list[Verdict]:
    return [_decide(Reason(), "", each, facts or PlatformFacts())[0] for each in reversed(events)]


def _decide(known: Reason, reason: str, message: str, facts: PlatformFacts) -> tuple[Verdict, bool]:
    """The verdict, and whether the registry may say so because nobody has logged in."""
    if known.needs and not any(each in message.lower() for each in known.needs):
        return _verdict(Code.UNKNOWN, message), False
    for text in dict.fromkeys((message, joined(message))):
        found = _by_rules(known, text, facts)
        if found is not None:
            return found
    otherwise = known.certain or known.otherwise
    if otherwise is None and reason and not message.strip():
        otherwise = _by_name(known, reason)
    return _verdict(otherwise or Code.UNKNOWN, message, reason), False


def _by_rules(known: Reason, text: str, facts: PlatformFacts) -> tuple[Verdict, bool] | None:
    flat = masked(text)
    for rule in RULES:
        if known.certain not in (None, rule.code):
            continue
        found = rule.pattern.search(flat)
        if found is None:
            continue
        if rule.code is Code.UNKNOWN:
            return _verdict(Code.UNKNOWN, text), False
        if rule.code in known.allowed:
            # With a login sent, a pull secret that is missing is for another registry.
            hides = rule.hides and not facts.credentials_sent
            return _verdict(_settled(rule, facts), text, span=found.span()), hides
    return None


def _settled(rule: Rule, facts: PlatformFacts) -> Code:
    return Code.CREDENTIALS_REFUSED if rule.plain and facts.credentials_sent else rule.code


def _by_name(known: Reason, reason: str) -> Code | None:
    """A reason without a text, such as `ImageInspectError`."""
    found = _by_rules(known, reason, PlatformFacts())
    return found[0].code if found else None


def _verdict(code: Code, text: str, reason: str = "", span: tuple[int, int] | None = None) -> Verdict:
    redacted = Redacted(text)
    if span is not None:
        evidence = redacted.part(*span)
    else:
        evidence = "" if code is Code.UNKNOWN else redacted.whole.strip() or Redacted(reason).whole
    return Verdict(code, CATALOGUE[code].kind, evidence, redacted.whole, registry_host(text[:LIMIT]))
