"""`ops diagnose` of a workload with a fault: what it finds, and how long after the cluster's first word of it."""

import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pulls.cluster import ApiCluster, ClusterError, connect_text
from pulls.rehearsal.state import REFUSED_REASONS
from tests.e2e.project import ROOT
from tests.faults.ground import Ground
from tests.faults.guarded import App
from tests.faults.place import Place
from tests.faults.right import is_right

_PATIENCE = 60.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Diagnosed:
    """The last answer."""

    exit_code: int
    answer: dict[str, Any]
    seconds: float | None
    """From the first warning in the namespace, or the first refused container, to an answer with the cause."""

    @property
    def codes(self) -> set[str]:
        """What was found."""
        return {each["code"] for each in self.answer["diagnoses"]}

    @property
    def witnesses(self) -> list[str]:
        """Who agrees, of whichever diagnosis."""
        return sorted({witness for each in self.answer["diagnoses"] for witness in each["witnesses"]})


@contextmanager
def new_ground(app: App, place: Place) -> Generator[Ground]:
    """A namespace of its own for one fault."""
    cluster = connect_text(app.project.state.kubeconfig.read_text(), "sandbox")
    made = Ground(cluster, f"fault-{secrets.token_hex(3)}", app, place)
    made.create_namespace()
    try:
        yield made
    finally:
        cluster.delete("namespaces", "", made.namespace)


def diagnose(ground: Ground, workload: str) -> Diagnosed:
    """Ask once."""
    kubeconfig = str(ground.app.project.state.kubeconfig)
    command = [sys.executable, "-m", "ops", "diagnose", workload, "-n", ground.namespace, "--json"]
    more = ["--kubeconfig", kubeconfig, "--context", "sandbox", "--target", "local"]
    done = subprocess.run([*command, *more], cwd=ROOT, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise AssertionError(done.stderr)
    return Diagnosed(done.returncode, json.loads(done.stdout), None)


def diagnose_until(ground: Ground, workload: str, code: str) -> Diagnosed:
    """Ask until the cause is found and no other beside it, or for a minute."""
    first: list[float] = []
    stop = threading.Event()
    watcher = threading.Thread(target=_note_first_word, args=(ground, first, stop))
    watcher.start()
    deadline = time.monotonic() + _PATIENCE
    found = diagnose(ground, workload)
    while not is_right(code, found.codes) and time.monotonic() < deadline:
        found = diagnose(ground, workload)
    named = time.monotonic()
    stop.set()
    watcher.join()
    seconds = named - first[0] if first and code in found.codes else None
    return Diagnosed(found.exit_code, found.answer, seconds)


def _note_first_word(ground: Ground, first: list[float], stop: threading.Event) -> None:
    while not first and not stop.wait(_LOOK_SECONDS):
        try:
            if _is_refused(ground.cluster, ground.namespace):
                first.append(time.monotonic())
        except ClusterError:
            continue


def _is_refused(cluster: ApiCluster, namespace: str) -> bool:
    if cluster.list("events", namespace, fields="type=Warning"):
        return True
    statuses = [each for pod in cluster.list("pods", namespace) for each in _statuses(pod)]
    return any(each["state"].get("waiting", {}).get("reason") in REFUSED_REASONS for each in statuses)


def _statuses(pod: dict[str, Any]) -> list[dict[str, Any]]:
    status = pod["status"]
    return [*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())]
