"""A question to a registry that ends in time, whatever the network does."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from pulls.beside import beside
from pulls.registry.answer import Outcome, RegistryFaultError
from pulls.registry.login import Login
from pulls.registry.reference import ImageReference, is_loopback
from pulls.registry.session import Session
from pulls.registry.wire import Wire

Result = TypeVar("Result")
_OWN_END = 0.95
"""Share of the time after which a question ends by itself."""


def bounded(
    reference: ImageReference, login: Login | None, work: Callable[[Session], Result], *, timeout: float, total: float
) -> Result:
    """What `work` finds out at an image's registry; HTTP is spoken with this machine and HTTPS with others.

    Args:
        reference: whose repository is asked.
        login: what to ask with; None to ask as a stranger.
        work: asks.
        timeout: seconds for each step.
        total: seconds for all of them together.

    Raises:
        RegistryFaultError: what `work` raises, or no answer in time; what it says holds no credential.
    """
    with Wire(timeout, _OWN_END * total) as wire:
        session = Session(wire, reference, login, "http" if is_loopback(reference.host) else "https")
        # A thread, since neither the lookup of a name nor a server that answers in drops can be given a deadline.
        found = beside(partial(work, session))
        try:
            return found.result(total)
        except TimeoutError:
            reason = "no whole answer in time"
            raise RegistryFaultError(Outcome.UNREACHABLE, reason) from None
        except RegistryFaultError as error:
            shown = session.shown(error.said)
            raise RegistryFaultError(
                error.outcome, shown, status=error.status, retry_after=error.retry_after
            ) from None  # its own text may hold a credential
