"""The second witness: what the registry itself says about an image.

Asked over the HTTP API of the OCI distribution specification v1.1, with the login that a node would send. It is asked
from here, not from the node: a firewall, a proxy or a name may differ there. A manifest is asked for with GET, which
counts as a pull where pulls are counted: an index with a node's platform in it counts as two.
"""

import threading
from collections.abc import Sequence

from pulls.registry.answer import Answer, Outcome, RegistryFaultError
from pulls.registry.image import Image, read_image
from pulls.registry.login import Login, login_of
from pulls.registry.reference import InvalidReference, is_loopback, parse_reference
from pulls.registry.session import Session
from pulls.registry.wire import Wire

__all__ = ["Answer", "InvalidReference", "Login", "Outcome", "ask", "login_of"]

_TOTAL, _OWN_END = 2.0, 1.9
"""Time-outs that a question may take, and after how many it ends by itself."""
_LONGEST_ASKED = 700
_OK = 200


def ask(
    image: str,
    *,
    login: Login | None,
    node_platforms: Sequence[str] = (),
    plain_http: bool | None = None,
    timeout: float = 3.0,
) -> Answer:
    """What the image's registry answers; ends within twice the time-out, whatever the network does.

    Args:
        image: a reference as in a pod.
        login: what the node would send; None to ask as a stranger.
        node_platforms: `os/arch[/variant]` of the nodes, to say which of them the image lacks.
        plain_http: whether to speak HTTP; None for HTTP with this machine and HTTPS with others.
        timeout: seconds for each step.

    Raises:
        InvalidReference: the image is no reference.
    """
    reference = parse_reference(image)
    plain = is_loopback(reference.host) if plain_http is None else plain_http
    answers: list[Answer] = []
    ended = threading.Event()
    with Wire(timeout, _OWN_END * timeout) as wire:
        session = Session(wire, reference, login, "http" if plain else "https")

        def work() -> None:
            try:
                answers.append(_answer(session, reference.wanted, reference.digest, node_platforms))
            finally:
                ended.set()

        # A thread, since neither the lookup of a name nor a server that answers in drops can be given a deadline.
        threading.Thread(target=work, name="registry", daemon=True).start()
        ended.wait(_TOTAL * timeout)
        return answers[0] if answers else _unanswered(session, resolving=wire.resolving)


def _answer(session: Session, wanted: str, digest: str | None, nodes: Sequence[str]) -> Answer:
    image = Image()
    fault = RegistryFaultError(Outcome.PRESENT, status=_OK)
    try:
        read_image(session, wanted, digest, nodes, image)
        session.asked = session.request(f"manifests/{wanted}")
    except RegistryFaultError as error:
        fault = error
    return Answer(
        outcome=fault.outcome,
        status=fault.status,
        said=session.shown(fault.said),
        asked=session.shown(session.asked, _LONGEST_ASKED),
        platforms=tuple(map(session.shown, image.platforms)),
        missing_platforms=image.missing_platforms,
        digest=image.digest,
        size=image.size,
        retry_after=fault.retry_after,
        with_login=session.with_login,
    )


def _unanswered(session: Session, *, resolving: bool) -> Answer:
    said = "the name's lookup did not end in time" if resolving else "no whole answer in time"
    return Answer(
        Outcome.DNS if resolving else Outcome.UNREACHABLE, said=said, asked=session.shown(session.asked, _LONGEST_ASKED)
    )
