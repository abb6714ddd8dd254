"""A cluster of three nodes, one of them with Debian's containerd: what is wrong on one is said of one."""

import re
from collections.abc import Generator

import pytest

from pulls.causes import Code
from sandbox.state import State, default_state
from tests.e2e.conftest import bring_up, sandbox
from tests.e2e.leaving import all_left
from tests.e2e.project import ROOT, Project, run
from tests.e2e.turns import SANDBOX, turn
from tests.faults.one_node import ONE_OF_THREE, OneNode, met_by_a_rehearsal, met_by_a_rollout
from tests.faults.one_node import SANDBOX as THREE_NODES

pytestmark = [pytest.mark.e2e, pytest.mark.alone]


@pytest.fixture(scope="module")
def three_nodes(_sandbox_can_run: None) -> Generator[State]:
    """Two nodes more; the sandbox goes with them, as it does not take nodes away."""
    all_left()
    with turn(SANDBOX, alone=True):
        bring_up(*THREE_NODES)
        yield default_state()
        all_left()
        done = sandbox("down")
        assert done.returncode == 0, done.stdout


def test_every_node_runs_pods_on_the_containerd_that_was_chosen_for_it(three_nodes: State) -> None:
    state = three_nodes
    names = ("node-1", "node-2", "node-3")
    runtimes = _kubectl(
        state, "get", "nodes", "-o", "jsonpath={.items[*].status.nodeInfo.containerRuntimeVersion}"
    ).split()
    assert sorted(each.removeprefix("containerd://").split(".")[0] for each in runtimes) == ["1", "2", "2"]
    for node in names:
        pin = f'{{"spec":{{"nodeName":"{node}"}}}}'
        image = ["--image=sandbox.local/pause:1", "--image-pull-policy=Never", "--restart=Never"]
        _kubectl(state, "run", f"on-{node}", *image, f"--overrides={pin}")
    _kubectl(state, "wait", "--for=condition=Ready", "--timeout=60s", *[f"pod/on-{node}" for node in names])
    _kubectl(state, "delete", "--wait=false", *[f"pod/on-{node}" for node in names])


@pytest.mark.usefixtures("three_nodes")
def test_fewer_nodes_are_refused_with_what_to_type() -> None:
    fewer = sandbox("up", "--nodes", "2")
    assert fewer.returncode == 1
    assert "type first: .venv/bin/python -m sandbox down" in fewer.stdout


@pytest.mark.usefixtures("three_nodes")
@pytest.mark.parametrize("fault", ONE_OF_THREE, ids=lambda fault: fault.name)
def test_a_pull_that_fails_on_one_of_three_nodes_is_said_of_that_one(project: Project, fault: OneNode) -> None:
    rolled = met_by_a_rollout(project, fault)
    assert re.search(rf"{fault.code} \(\w+\) on {re.escape(fault.in_a_rollout)}", rolled.update.output), rolled.update
    # A pod of another node may just be starting, which is no cause of a failed pull.
    causes = [(each["code"], each["where"]) for each in rolled.diagnoses if each["code"] in [*map(str, Code)]]
    assert causes == [(fault.code, fault.in_a_rollout)], rolled.diagnoses


@pytest.mark.usefixtures("three_nodes")
@pytest.mark.parametrize("fault", ONE_OF_THREE, ids=lambda fault: fault.name)
def test_a_pull_that_fails_on_one_kind_of_nodes_is_refused_before_anything_changes(
    project: Project, fault: OneNode
) -> None:
    refused = met_by_a_rehearsal(project, fault)
    assert refused.code != 0, refused.output
    said = rf"{fault.code} \(\w+\) on 1 of 2 kinds of nodes: linux/\w+, {re.escape(fault.in_a_rehearsal)}"
    assert re.search(said, refused.output), refused.output
    assert "the Deployment was not touched" in refused.output
    assert project.kubectl("get", "deployments")["items"] == []
    project.must_up()  # the node is well again


def _kubectl(state: State, *words: str) -> str:
    environment = {"KUBECONFIG": str(state.kubeconfig), "PATH": "/usr/bin:/bin", "HOME": str(state.folder)}
    done = run([str(state.bin / "kubectl"), *words], cwd=ROOT, environment=environment)
    assert done.code == 0, done.output
    return done.output
