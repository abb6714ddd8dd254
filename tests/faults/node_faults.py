"""Faults of the node itself: its disk, its routes, its limits, what it lets in."""

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pulls.causes import Code
from sandbox import processes
from tests.e2e.conftest import bring_up
from tests.e2e.turns import NODE, turn
from tests.faults import images
from tests.faults.faults import BY_NAME, Fault
from tests.faults.ground import MISSING, Ground
from tests.faults.registry_behaviour import Behaviour
from tests.faults.small_disk import small_disk

_NOWHERE = "198.51.100.77"  # RFC 5737: of no network
_PODS, _CONTAINERS = 4, 15


@contextmanager
def many_pulls(ground: Ground, seed: str) -> Generator[str]:
    """More pulls at once than a kubelet starts in a second (5, and 10 at first)."""
    _ = seed
    spec = ground.spec(ground.app.good_image, ["/not-there"], imagePullPolicy="Always")
    (one,) = spec["containers"]
    spec["containers"] = [{**one, "name": f"main-{number}"} for number in range(_CONTAINERS)]
    yield ground.deploy(spec, replicas=_PODS)


@contextmanager
def no_route(ground: Ground, seed: str) -> Generator[str]:
    """The registry has an address that this machine has no way to."""
    _ = seed
    route = ["ip", "route", "add", "unreachable", _NOWHERE]
    subprocess.run(route, check=True)
    try:
        yield ground.deploy(ground.spec(f"{_NOWHERE}/faults/far@{MISSING}"))
    finally:
        subprocess.run(["ip", "route", "delete", "unreachable", _NOWHERE], check=True)


def _content_store(ground: Ground) -> Path:
    return _node(ground) / "containerd/io.containerd.content.v1.content"


def _node(ground: Ground) -> Path:
    return ground.app.project.state.nodes("node-1")


@contextmanager
def disk_full(ground: Ground, seed: str) -> Generator[str]:
    """The layers find no room."""
    fault = Fault("large", Code.DISK_FULL, Behaviour(image=images.single(padding=1 << 20, seed=f"large{seed}")))
    with ground.place.inject(fault, seed) as injected, small_disk(_content_store(ground)):
        yield ground.deploy(ground.spec(injected.reference))


@contextmanager
def lost_content(ground: Ground, seed: str) -> Generator[str]:
    """The node's containerd knows the image, and its content is gone from the disk."""
    _ = seed
    with small_disk(_content_store(ground), without=ground.app.good_image.rpartition("@")[2]):
        yield ground.deploy(ground.idle(imagePullPolicy="Always"))


@contextmanager
def refusing_verifier(ground: Ground, seed: str) -> Generator[str]:
    """containerd 2 asks each program of a folder whether an image may be pulled (its docs/image-verification.md)."""
    fault = Fault("unsigned", Code.SIGNATURE_REFUSED, Behaviour(image=images.single(seed=f"unsigned{seed}")))
    folder = _node(ground) / "image-verifiers"
    program = folder / "signatures"
    with turn(NODE, alone=True), ground.place.inject(fault, seed) as injected:
        folder.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\necho no signature by a key that is trusted here\nexit 1\n")
        program.chmod(0o700)
        try:
            yield ground.deploy(ground.spec(injected.reference))
        finally:
            program.unlink()


@contextmanager
def runtime_stopped(ground: Ground, seed: str) -> Generator[str]:
    """containerd was killed, and the node counts as ready for half a minute more."""
    _ = seed
    with turn(NODE, alone=True):
        try:
            processes.leaders(ground.app.project.state.folder)["containerd-node-1"].kill()
            yield ground.deploy(ground.idle())
        finally:
            bring_up()


@contextmanager
def arm_program(ground: Ground, seed: str) -> Generator[str]:
    """The pull works, as a manifest that is no index promises no platform."""
    with ground.place.inject(BY_NAME["arm64-under-an-amd64-tag"], seed) as injected:
        yield ground.deploy(ground.spec(injected.reference))
