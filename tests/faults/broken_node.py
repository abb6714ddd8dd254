"""The sandbox's first node, broken inside of a block and well again after it, whatever is deployed meanwhile."""

import secrets
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pulls.causes import Code
from pulls.cluster import connect_text
from sandbox import pause_image, processes
from tests.e2e.conftest import bring_up
from tests.e2e.turns import NODE, turn
from tests.faults import images
from tests.faults.faults import Fault
from tests.faults.guarded import App
from tests.faults.place import Injected, Place
from tests.faults.registry_behaviour import Behaviour
from tests.faults.small_disk import small_disk

_NODE = "node-1"
_NOWHERE = "198.51.100.77"  # RFC 5737: of no network
_NOTHING = f"sha256:{'0' * 64}"
_WELL_SECONDS, _LOOK_SECONDS = 60, 0.2


@contextmanager
def without_route() -> Generator[str]:
    """An image of a registry whose address this machine has no way to."""
    subprocess.run(["ip", "route", "add", "unreachable", _NOWHERE], check=True)
    try:
        yield f"{_NOWHERE}/faults/far@{_NOTHING}"
    finally:
        subprocess.run(["ip", "route", "delete", "unreachable", _NOWHERE], check=True)


@contextmanager
def full_disk(app: App, place: Place, seed: str) -> Generator[Injected]:
    """An image whose layers find no room."""
    fault = Fault("large", Code.DISK_FULL, Behaviour(image=images.single(padding=1 << 20, seed=f"large{seed}")))
    with place.inject(fault, seed) as injected, small_disk(_content_store(app)):
        yield injected


@contextmanager
def lost_content(app: App) -> Generator[None]:
    """The node's containerd knows the good image, and its content is gone from the disk."""
    with small_disk(_content_store(app), without=app.good_image.rpartition("@")[2]):
        yield


@contextmanager
def refusing_verifier(app: App, place: Place, seed: str) -> Generator[Injected]:
    """containerd 2 asks each program of a folder whether an image may be pulled (its docs/image-verification.md)."""
    fault = Fault("unsigned", Code.SIGNATURE_REFUSED, Behaviour(image=images.single(seed=f"unsigned{seed}")))
    program = _folder(app) / "image-verifiers" / "signatures"
    with turn(NODE, alone=True), place.inject(fault, seed) as injected:
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\necho no signature by a key that is trusted here\nexit 1\n")
        program.chmod(0o700)
        try:
            yield injected
        finally:
            program.unlink()


@contextmanager
def stopped_runtime(app: App) -> Generator[None]:
    """containerd is killed; the node counts as ready for half a minute more."""
    with turn(NODE, alone=True):
        try:
            processes.leaders(app.project.state.folder)[f"containerd-{_NODE}"].kill()
            yield
        finally:
            bring_up()
            _until_a_pod_runs(app)


def _until_a_pod_runs(app: App) -> None:
    """A kubelet comes back to a runtime only after a while; until then, every fault would be the missing runtime's."""
    cluster = connect_text(app.project.state.kubeconfig.read_text(), "sandbox")
    name = f"well-again-{secrets.token_hex(3)}"
    spec = {
        "nodeName": _NODE,
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
        "containers": [{"name": "main", "image": pause_image.NAME, "imagePullPolicy": "Never"}],
    }
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
    cluster.create("pods", "default", pod)
    deadline = time.monotonic() + _WELL_SECONDS
    try:
        while cluster.get("pods", "default", name)["status"]["phase"] != "Running":
            assert time.monotonic() < deadline, f"{_NODE} runs no pod {_WELL_SECONDS} s after its runtime was started"
            time.sleep(_LOOK_SECONDS)
    finally:
        cluster.delete("pods", "default", name)


def _content_store(app: App) -> Path:
    return _folder(app) / "containerd/io.containerd.content.v1.content"


def _folder(app: App) -> Path:
    return app.project.state.nodes(_NODE)
