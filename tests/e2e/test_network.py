"""The sandbox's network as another machine sees it: a network namespace with a route to every address of ours."""

import socket
import subprocess
from collections.abc import Callable, Generator
from contextlib import closing

import pytest

from tests.e2e.project import Project

pytestmark = pytest.mark.e2e

_NAMESPACE, _HERE, _THERE = "monadic-outside", "monadic-test0", "monadic-test1"
_ADDRESS, _NEIGHBOUR = "198.18.77.1", "198.18.77.2"  # RFC 2544: for tests of devices, so no network of the machine

_CONNECT = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=3)"


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def reaches() -> Generator[Callable[[str, int], bool]]:
    """Whether a neighbour with a route to everything here can connect to an address and port."""
    _ip("netns", "add", _NAMESPACE)
    try:
        _ip("link", "add", _HERE, "type", "veth", "peer", "name", _THERE, "netns", _NAMESPACE)
        _ip("address", "add", f"{_ADDRESS}/30", "dev", _HERE)
        _ip("link", "set", _HERE, "up")
        _ip("-n", _NAMESPACE, "address", "add", f"{_NEIGHBOUR}/30", "dev", _THERE)
        _ip("-n", _NAMESPACE, "link", "set", _THERE, "up")
        _ip("-n", _NAMESPACE, "route", "add", "default", "via", _ADDRESS)

        def connects(address: str, port: int) -> bool:
            command = ["ip", "netns", "exec", _NAMESPACE, "python3", "-c", _CONNECT, address, str(port)]
            return subprocess.run(command, capture_output=True, check=False).returncode == 0

        yield connects
    finally:
        # The pair of interfaces goes with one of its ends.
        subprocess.run(["ip", "link", "delete", _HERE], capture_output=True, check=False)
        _ip("netns", "delete", _NAMESPACE)


def test_a_neighbour_reaches_neither_pods_nor_what_listens_on_the_bridge(
    project: Project, reaches: Callable[[str, int], bool]
) -> None:
    project.must_up()
    pod = project.kubectl("get", "pods")["items"][0]["status"]["podIP"]
    with closing(socket.create_server((_ADDRESS, 0))) as server:
        assert reaches(_ADDRESS, server.getsockname()[1])  # the neighbour does reach this machine
    with closing(socket.create_connection((pod, 8080), timeout=3)):
        assert not reaches(pod, 8080)
    with closing(socket.create_server(("10.244.0.1", 0))) as server:
        assert not reaches("10.244.0.1", server.getsockname()[1])
