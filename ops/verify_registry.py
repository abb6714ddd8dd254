"""Asks registries about the images that are in use, with the login of the pods that use them."""

from collections.abc import Mapping, Sequence
from functools import partial

from ops.stack_pods import digest
from ops.verify import Attached, ImageProof, Use
from pulls.beside import beside
from pulls.cluster import Cluster, ClusterError
from pulls.registry.answer import Answer, Outcome, RegistryFaultError
from pulls.registry.ask import ask
from pulls.registry.login import Login
from pulls.registry.reference import InvalidReference, is_loopback, parse_reference
from pulls.registry.referrers import referrers
from pulls.registry.second_opinion import login_for, second_opinion
from pulls.registry.session import Session
from pulls.registry.wire import Wire
from pulls.signature_store import has_tagged

_STEP, _TOTAL = 1.0, 2.0
"""Seconds for one step and for all; what is attached is only for information."""
_SECONDS = 1.0
_TOLD_NO_STRANGER = frozenset({Outcome.REFUSED_WITHOUT_LOGIN, Outcome.FORBIDDEN, Outcome.HIDDEN, Outcome.NOT_FOUND})
_TELLING = frozenset({Outcome.PRESENT, Outcome.NOT_FOUND, Outcome.REPOSITORY_MISSING})
"""Answers to the login of the last update that say something; that it has ended by now does not."""
_AT_TAG = "cosign's tag"
_LONGEST_KIND, _MOST_KINDS = 100, 20


def prove(cluster: Cluster, uses: Sequence[Use], pushed: Mapping[str, Login]) -> list[ImageProof]:
    """What the registries say, asked about all images at once.

    Args:
        cluster: whose pods use them.
        uses: of the images.
        pushed: host of a registry → the login of the last update, for what a registry tells no stranger.
    """
    asked = [beside(partial(_proved, cluster, each, pushed)) for each in uses]
    return [each.result() for each in asked]


def _proved(cluster: Cluster, use: Use, pushed: Mapping[str, Login]) -> ImageProof:
    attached = beside(partial(_attached, cluster, use))
    answer = second_opinion(cluster, use.namespace, use.pod_spec, use.image)
    known = _as_pushed(use.image, answer, pushed)
    if known is not None:
        return ImageProof(use, known, as_pushed=True)
    if answer is None or answer.outcome is not Outcome.PRESENT:
        return ImageProof(use, answer)
    return ImageProof(use, answer, attached.result())


def _as_pushed(image: str, answer: Answer | None, pushed: Mapping[str, Login]) -> Answer | None:
    """What a registry says to the login of the last update of what it told to no stranger; None where it says nothing.

    That login ends after hours where a cloud gave it, and is of no use then.
    """
    login = pushed.get(image.partition("/")[0])
    if login is None or answer is None or answer.with_login or answer.outcome not in _TOLD_NO_STRANGER:
        return None
    again = ask(image, login=login, timeout=_SECONDS)
    return again if again.outcome in _TELLING else None


def _attached(cluster: Cluster, use: Use) -> Attached:
    found = beside(lambda: attached_to(use.image, login_for(cluster, use.namespace, use.pod_spec, use.image)))
    try:
        return found.result(_TOTAL)
    except (TimeoutError, ClusterError, RegistryFaultError, ValueError):
        return Attached()


def attached_to(image: str, login: Login | None) -> Attached:
    """What is attached to an image, by the referrers API; where a registry has none, by the tag that stands for it.

    And at cosign's own tag, of which no API tells.

    Raises:
        InvalidReference: the image is no reference, or names no digest.
        RegistryFaultError: there was no answer.
    """
    reference = parse_reference(image)
    wanted = digest(image)
    if not wanted:
        message = "what is attached is attached to a digest"
        raise InvalidReference(message)
    scheme = "http" if is_loopback(reference.host) else "https"
    with Wire(_STEP, _TOTAL) as wire:
        session = Session(wire, reference, login, scheme)
        found = referrers(session, wanted)
        kinds = dict.fromkeys(session.shown(each.kind, _LONGEST_KIND) for each in found.entries)
        if has_tagged(session, wanted):
            kinds[_AT_TAG] = None
        return Attached(asked=True, api=found.api, kinds=tuple(kinds)[:_MOST_KINDS])
