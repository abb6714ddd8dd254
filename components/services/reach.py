"""Whether services outside of the cluster answer this machine, asked before anything starts."""

import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from urllib.parse import urlsplit

from components.settings_services import ServicesSettings
from components.stack_file import Problem, StackFile

_CONNECT_SECONDS, _SECONDS = 1.5, 2.0
"""For each, and for all of them: looking a name up has no time-out of its own."""
_PORTS = {"http": 80, "https": 443}


def check_services(settings: ServicesSettings, stack: StackFile) -> None:
    """Connect to each address outside, all at once.

    Raises:
        StackFileError: one does not take connections.
    """
    asked = {
        name: service.address
        for name, service in (("llm", settings.llm), ("vectors", settings.vectors), ("traces", settings.traces))
        if service.mode == "external" and service.address is not None and service.check_address
    }
    problems = [_problem(name, asked[name], reason, stack) for name, reason in _silent(asked)]
    if problems:
        raise stack.refusal(problems)


def _silent(asked: dict[str, str]) -> Iterable[tuple[str, str]]:
    pool = ThreadPoolExecutor(max(1, len(asked)))
    asking = {name: pool.submit(_failure, address) for name, address in asked.items()}
    done, _ = wait(asking.values(), timeout=_SECONDS)
    pool.shutdown(wait=False)
    for name, answer in asking.items():
        reason = answer.result() if answer in done else "no answer in time"
        if reason is not None:
            yield name, reason


def _failure(address: str) -> str | None:
    parts = urlsplit(address)
    try:
        place = (parts.hostname or "", parts.port or _PORTS[parts.scheme])
        socket.create_connection(place, timeout=_CONNECT_SECONDS).close()
    except TimeoutError:
        return "no answer in time"
    except (OSError, UnicodeError) as error:  # the latter for a name that is none, such as a..b
        return (error.strerror if isinstance(error, OSError) else None) or str(error)
    return None


def _problem(name: str, address: str, reason: str, stack: StackFile) -> Problem:
    path = ("services", name, "address")
    commands = (
        stack.set(path, "<address>"),
        f"{stack.set(('services', name, 'checkAddress'), value=False)}  # if only the cluster may reach it",
    )
    return Problem(path, f"{address} does not answer this machine ({reason})", commands)
