"""Faults of the node itself: its disk, its routes, its limits, what it lets in; each as a workload that meets it."""

from collections.abc import Generator
from contextlib import contextmanager

from pulls.causes import Code
from tests.e2e.turns import NODE, turn
from tests.faults import broken_node, images
from tests.faults.faults import BY_NAME, Fault
from tests.faults.ground import Ground
from tests.faults.registry_behaviour import Behaviour

_PODS, _CONTAINERS = 4, 15


@contextmanager
def many_pulls(ground: Ground, seed: str) -> Generator[str]:
    """More pulls at once than a kubelet starts in a second (5, and 10 at first), of a program that only waits."""
    fault = Fault("many", Code.NODE_QPS, Behaviour(image=images.single(seed=f"many{seed}")))
    with turn(NODE, alone=True), ground.place.inject(fault, seed) as injected:  # nor could pods of others pull
        spec = ground.spec(injected.reference, imagePullPolicy="Always")
        (one,) = spec["containers"]
        spec["containers"] = [{**one, "name": f"main-{number}"} for number in range(_CONTAINERS)]
        yield ground.deploy(spec, replicas=_PODS)


@contextmanager
def no_route(ground: Ground, seed: str) -> Generator[str]:
    """The registry has an address that this machine has no way to."""
    _ = seed
    with broken_node.without_route() as reference:
        yield ground.deploy(ground.spec(reference))


@contextmanager
def disk_full(ground: Ground, seed: str) -> Generator[str]:
    """The layers find no room."""
    with broken_node.full_disk(ground.app, ground.place, seed) as injected:
        yield ground.deploy(ground.spec(injected.reference))


@contextmanager
def lost_content(ground: Ground, seed: str) -> Generator[str]:
    """The node's containerd knows the image, and its content is gone from the disk."""
    _ = seed
    with broken_node.lost_content(ground.app):
        yield ground.deploy(ground.idle(imagePullPolicy="Always"))


@contextmanager
def refusing_verifier(ground: Ground, seed: str) -> Generator[str]:
    """The node asks a program whether an image may be pulled."""
    with broken_node.refusing_verifier(ground.app, ground.place, seed) as injected:
        yield ground.deploy(ground.spec(injected.reference))


@contextmanager
def runtime_stopped(ground: Ground, seed: str) -> Generator[str]:
    """containerd was killed, and the node counts as ready for half a minute more."""
    _ = seed
    with broken_node.stopped_runtime(ground.app):
        yield ground.deploy(ground.idle())


@contextmanager
def arm_program(ground: Ground, seed: str) -> Generator[str]:
    """The pull works, as a manifest that is no index promises no platform."""
    with ground.place.inject(BY_NAME["arm64-under-an-amd64-tag"], seed) as injected:
        yield ground.deploy(ground.spec(injected.reference))
