"""A fault of one node among three: its way to the sandbox's registry leads to a firewall that lets nobody in."""

import json
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from pulls.causes import Code
from sandbox.state import State
from tests.e2e.project import ROOT, Project, Run, Spoken
from tests.faults import registry_answers as answers
from tests.faults.containerd_hosts import hosts_toml
from tests.faults.registry_behaviour import Behaviour, Reply
from tests.faults.registry_server import FaultRegistry
from tests.faults.right import is_right

SANDBOX = ("--nodes", "3", "--debian-nodes", "1")
"""What `sandbox up` is asked for: the last node runs Debian's containerd."""
DEPLOYMENT = "deployment/monadic-pipeline-webapi"
_PATIENCE = 30.0
_POOL = "eks.amazonaws.com/nodegroup"


@dataclass(frozen=True)
class OneNode:
    """One fault.

    Attributes:
        name: of the row and of the test.
        node: the broken one.
        runtime: what it runs.
        code: what must be found.
    """

    name: str
    node: str
    runtime: str
    code: Code = Code.FORBIDDEN

    @property
    def in_a_rollout(self) -> str:
        """Where it must be said to be while pods of all nodes come up."""
        return f"1 of 3 nodes ({self.node})"

    @property
    def in_a_rehearsal(self) -> str:
        """How what is said of it must end when the node is a pool of its own."""
        return f"pool broken, tried on {self.node}"


ONE_OF_THREE = (
    OneNode("one-of-three-nodes", "node-2", "containerd 2"),
    OneNode("one-of-three-nodes-of-debian", "node-3", "Debian's containerd 1.6"),
)


@dataclass(frozen=True)
class Rolled:
    """What is said of it without a rehearsal."""

    update: Run
    diagnoses: list[dict[str, str]]
    """Of `ops diagnose`, beside it."""


def met_by_a_rollout(project: Project, fault: OneNode) -> Rolled:
    """A pod for each node, without a rehearsal; interrupted when the cause is named."""
    project.configure("app", replicas=3, rehearsal="off")
    project.change_source()  # no node has the image yet
    with _led_away(project.state, fault.node):
        update = project.up_until(f"{fault.code} (permanent) on {fault.in_a_rollout}")
        return Rolled(update, _diagnose_until(project, fault))


def met_by_a_rehearsal(project: Project, fault: OneNode) -> Spoken:
    """A rehearsal tries each kind of node once, so the broken node is made a pool of its own."""
    project.configure("app", replicas=3, rehearsal="pull")
    project.change_source()
    with _led_away(project.state, fault.node), _pool_of_its_own(project, fault.node):
        return project.up_spoken()


@contextmanager
def _led_away(state: State, node: str) -> Generator[None]:
    record = state.read()
    assert record is not None
    host = f"127.0.0.1:{record.options.registry_port}"
    hosts = state.nodes(node) / "certs.d" / host / "hosts.toml"
    good = hosts.read_text()
    with FaultRegistry() as firewall:
        firewall.behave(None, Behaviour(Reply(answers.ACR_FIREWALL)), host=host)
        hosts.write_text(hosts_toml(host, firewall.url, None))
        try:
            yield
        finally:
            hosts.write_text(good)


@contextmanager
def _pool_of_its_own(project: Project, node: str) -> Generator[None]:
    project.kubectl("label", "node", node, f"{_POOL}=broken", "--overwrite")
    try:
        yield
    finally:
        project.kubectl("label", "node", node, f"{_POOL}-")


def _diagnose_until(project: Project, fault: OneNode) -> list[dict[str, str]]:
    """Ask until the cause is found and no other beside it, or for half a minute.

    Of three nodes that have just come up, one may ask for its pull secret before it may read it, and pulls without.
    """
    deadline = time.monotonic() + _PATIENCE
    found = _diagnose(project)
    while not is_right(fault.code, {each["code"] for each in found}) and time.monotonic() < deadline:
        time.sleep(1)
        found = _diagnose(project)
    return found


def _diagnose(project: Project) -> list[dict[str, str]]:
    place = ["-n", project.namespace, "--kubeconfig", str(project.state.kubeconfig), "--context", "sandbox"]
    command = [sys.executable, "-m", "ops", "diagnose", DEPLOYMENT, *place, "--json"]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=False).stdout)["diagnoses"]
