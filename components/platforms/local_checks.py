"""Whether the local cluster and registry answer, and what the cluster has, asked before anything starts.

All is asked at once and has two seconds. Parsing is pure; `ask` is the only effect.
"""

import socket
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from components.docker_login import Login
from components.kubeconfig import Context
from components.platforms import asking
from components.platforms.asking import failure, server_address
from components.platforms.cluster_facts import Facts, read_facts
from components.platforms.registry_answer import ask_registry

SECONDS = 2.0
"""For both answers together."""


@dataclass(frozen=True)
class Finding:
    """What the cluster and the registry said; None when there is nothing to object to."""

    cluster: str | None
    registry: str | None
    facts: Facts = field(default_factory=Facts)


def ask(context: Context | None, host: str | None, login: Login | None) -> Finding:
    """Ask the API server and the registry, at the same time.

    Args:
        context: whose API server to connect to; None to ask none.
        host: the registry, `host[:port]`; None to ask none.
        login: what to log in with; None to ask without.
    """
    pool = ThreadPoolExecutor(3)
    cluster = None if context is None else pool.submit(ask_cluster, context)
    facts = None if context is None else pool.submit(read_facts, context, asking.ANSWER_SECONDS)
    registry = None if host is None else pool.submit(ask_registry, host, login)
    # Looking a name up has no time-out of its own, so the whole has one.
    asked: list[Future[Any]] = [each for each in (cluster, facts, registry) if each is not None]
    done, _ = wait(asked, timeout=SECONDS)
    pool.shutdown(wait=False)
    server = "" if context is None else context.server
    return Finding(
        _answer(cluster, done, f"no answer from {server} in time"),
        _answer(registry, done, f"no answer from the registry {host} in time"),
        facts.result() if facts in done else Facts(),
    )


def _answer(asked: Future[str | None] | None, done: Collection[object], late: str) -> str | None:
    if asked is None:
        return None
    return asked.result() if asked in done else late


def ask_cluster(context: Context) -> str | None:
    """Why the API server cannot be connected to, or None."""
    if context.proxied:
        return None
    address = server_address(context.server)
    if address is None:
        return f"context {context.name!r} has no usable server address ({context.server!r})"
    return failure(
        f"the cluster of context {context.name!r} does not answer at {context.server}",
        lambda: socket.create_connection(address, timeout=asking.ANSWER_SECONDS).close(),
    )
