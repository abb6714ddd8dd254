"""How the nodes are led to the front under a cloud registry's name."""

import tomllib
from pathlib import Path

import pytest

from sandbox.clouds.reach import reachable
from sandbox.state import State

HOST = "contoso.azurecr.io"
CA = Path("/state/clouds/certificates/ca.pem")


@pytest.fixture
def state(tmp_path: Path) -> State:
    """Of two nodes."""
    for node in ("node-1", "node-2"):
        (tmp_path / "nodes" / node / "certs.d").mkdir(parents=True)
    return State(tmp_path)


def file_of(state: State, node: str) -> Path:
    return state.nodes(node) / "certs.d" / HOST / "hosts.toml"


@pytest.mark.parametrize("node", ["node-1", "node-2"])
def test_every_node_pulls_from_the_front_and_from_nowhere_else(state: State, node: str) -> None:
    reachable(state, HOST, 4443, CA)
    url = "https://127.0.0.1:4443"
    assert tomllib.loads(file_of(state, node).read_text()) == {
        "server": url,
        "capabilities": ["push"],
        "host": {url: {"capabilities": ["pull", "resolve"], "ca": str(CA)}},
    }


def test_what_is_done_is_not_done_again_but_for_a_node_that_is_new(state: State) -> None:
    reachable(state, HOST, 4443, CA)
    before = file_of(state, "node-1").stat().st_mtime_ns
    (state.nodes("node-3") / "certs.d").mkdir(parents=True)
    reachable(state, HOST, 4443, CA)
    assert file_of(state, "node-1").stat().st_mtime_ns == before
    assert file_of(state, "node-3").exists()


def test_a_front_that_moved_is_followed(state: State) -> None:
    reachable(state, HOST, 4443, CA)
    reachable(state, HOST, 5443, CA)
    assert "127.0.0.1:5443" in file_of(state, "node-2").read_text()
    assert "4443" not in file_of(state, "node-2").read_text()


def test_a_sandbox_without_nodes_of_its_own_is_left_alone(tmp_path: Path) -> None:
    reachable(State(tmp_path), HOST, 4443, CA)
    assert list(tmp_path.iterdir()) == []
