"""Which tests one worker runs one after the other, and in which order all of them run. Pure.

Tests of the sandbox mostly wait for it, so there are more workers than processors. Each cloud is one worker's, as a
cloud has one cluster of a name. Behind the last of them come the faults: both lead the nodes to registries of the same
names.
The tests that need the sandbox alone are one worker's too: they wait for all others of the sandbox, and several workers
that wait would be wasted.
"""

import re
from collections.abc import Sequence

_REGISTRIES = ("tests/clouds/", "tests/faults/")  # in this order
_CLOUD = re.compile(r"tests/clouds/\S+?[\[_](aks|eks)[\]_-]")
"""The third cloud's tests, and those of no cloud or several, are with the faults."""
_E2E = "tests/e2e/"
ALONE = frozenset({
    "tests/e2e/test_given_cluster.py",
    "tests/e2e/test_parts_down.py",
    "tests/e2e/test_sandbox.py",
    "tests/e2e/test_three_nodes.py",
})  # fmt: skip
"""Files whose tests are all marked `alone`, and no others are."""


def scope(nodeid: str) -> str:
    """Name of the group that one worker runs; a test without one has its own."""
    file = nodeid.partition("::")[0]
    if file in ALONE:
        return "alone"
    if file.startswith(_E2E):
        return file
    cloud = _CLOUD.match(nodeid)
    if cloud is not None:
        return f"cloud-{cloud[1]}"
    return "registries" if file.startswith(_REGISTRIES) else nodeid


def sandbox_first(nodeids: Sequence[str]) -> list[str]:
    """The order in which tests run: those of the sandbox first, as they take longest, and a group of them at a time.

    First the clouds and the group that is largest, last those that wait for all others. Which file comes first, and the
    order of all others, stay as they are.
    """
    known = list(dict.fromkeys(map(scope, nodeids)))
    place = {name: (_rank(name), number * (_rank(name) < _LAST)) for number, name in enumerate(known)}
    return sorted(nodeids, key=lambda nodeid: (place[scope(nodeid)], nodeid.startswith(_REGISTRIES[1])))


_LAST = 3


def _rank(name: str) -> int:
    if name == "registries" or name.startswith("cloud-"):
        return 0
    if name == "alone":
        return 2
    return 1 if name.startswith(_E2E) else _LAST


def misplaced(nodeid: str, *, alone: bool) -> bool:
    """Whether a test's mark `alone` does not go with its file."""
    return alone != (nodeid.partition("::")[0] in ALONE)
