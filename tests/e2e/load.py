"""A steady load on one URL: so many requests a second on loopback, each with its outcome."""

import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

_OK = 200


@dataclass
class Load:
    """What came back."""

    sent: int = 0
    failures: list[str] = field(default_factory=list[str])
    bodies: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    """Monotonic time of the answer, and its body."""


@contextmanager
def steady_load(client: httpx.Client, path: str, *, per_second: int, at_most: float = 120) -> Generator[Load]:
    """Send requests in the background until the block ends, for `at_most` seconds."""
    load, stop = Load(), threading.Event()

    def ask() -> None:
        try:
            answer = client.get(path)
        except httpx.HTTPError as error:
            load.failures.append(repr(error))
            return
        if answer.status_code != _OK:
            load.failures.append(f"{answer.status_code} {answer.text[:100]}")
        load.bodies.append((time.monotonic(), answer.text))

    def drive() -> None:
        started = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            while not stop.is_set() and time.monotonic() - started < at_most:
                pool.submit(ask)
                load.sent += 1
                # Paced by the clock, not by the answers: a slow server does not lower the load.
                time.sleep(max(0.0, started + load.sent / per_second - time.monotonic()))

    driver = threading.Thread(target=drive)
    driver.start()
    try:
        yield load
    finally:
        stop.set()
        driver.join()
