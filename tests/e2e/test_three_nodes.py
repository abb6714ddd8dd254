"""A cluster of three nodes, one of them with Debian's containerd: what is wrong on one is said of one."""

import json
import re
import subprocess
import sys
from collections.abc import Generator

import pytest

from sandbox.state import State, default_state
from tests.e2e.conftest import bring_up, sandbox
from tests.e2e.leaving import all_left
from tests.e2e.project import ROOT, Project, run
from tests.e2e.turns import SANDBOX, turn
from tests.faults import registry_answers as answers
from tests.faults.containerd_hosts import hosts_toml
from tests.faults.registry_behaviour import Behaviour, Reply
from tests.faults.registry_server import FaultRegistry

pytestmark = [pytest.mark.e2e, pytest.mark.alone]

_BROKEN = "node-2"


@pytest.fixture(scope="module")
def three_nodes(_sandbox_can_run: None) -> Generator[State]:
    """Two nodes more; the sandbox goes with them, as it does not take nodes away."""
    all_left()
    with turn(SANDBOX, alone=True):
        bring_up("--nodes", "3", "--debian-nodes", "1")
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


def test_a_pull_that_fails_on_one_of_three_nodes_is_said_of_that_one(three_nodes: State, project: Project) -> None:
    record = three_nodes.read()
    assert record is not None
    host = f"127.0.0.1:{record.options.registry_port}"
    hosts = three_nodes.nodes(_BROKEN) / "certs.d" / host / "hosts.toml"
    good = hosts.read_text()
    project.configure("app", replicas=3, rehearsal="off")
    with FaultRegistry() as firewall:
        firewall.behave(None, Behaviour(Reply(answers.ACR_FIREWALL)), host=host)
        hosts.write_text(hosts_toml(host, firewall.url, None))
        try:
            cause = f"on 1 of 3 nodes ({_BROKEN})"
            done = project.up_until(cause)
            assert re.search(rf"forbidden \(\w+\) {re.escape(cause)}", done.output), done.output
            diagnosed = _diagnose(project)
        finally:
            hosts.write_text(good)
    assert [(each["code"], each["where"]) for each in diagnosed] == [("forbidden", f"1 of 3 nodes ({_BROKEN})")]


def _diagnose(project: Project) -> list[dict[str, str]]:
    place = ["-n", project.namespace, "--kubeconfig", str(project.state.kubeconfig), "--context", "sandbox"]
    command = [sys.executable, "-m", "ops", "diagnose", "deployment/monadic-pipeline-webapi", *place, "--json"]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=False).stdout)["diagnoses"]


def _kubectl(state: State, *words: str) -> str:
    environment = {"KUBECONFIG": str(state.kubeconfig), "PATH": "/usr/bin:/bin", "HOME": str(state.folder)}
    done = run([str(state.bin / "kubectl"), *words], cwd=ROOT, environment=environment)
    assert done.code == 0, done.output
    return done.output
