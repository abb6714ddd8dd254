"""When a kind cluster is used: stand-ins for kind, docker and kubectl say what theirs would."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox import kind
from sandbox.stack_choices import StackChoices

_STACK = StackChoices(
    context="sandbox", kubeconfig=None, registry="localhost:5001", ingress_class="nginx", ready_path="/ready"
)


@dataclass
class _Machine:
    folder: Path

    def program(self, name: str, body: str) -> None:
        """Put a stand-in on PATH."""
        file = self.folder / name
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)

    def kind(self, clusters: str) -> None:
        """A kind with these clusters of one node each."""
        self.program("kind", f'case "$2" in clusters) echo "{clusters}";; nodes) echo "$4-control-plane";; esac')


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Machine:
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    return _Machine(tmp_path)


@pytest.mark.usefixtures("machine")
def test_without_kind_the_reason_says_so() -> None:
    assert kind.usable(_STACK) == (None, "no kind on PATH")


def test_kind_without_a_cluster_is_not_used(machine: _Machine) -> None:
    machine.program("kind", "echo No kind clusters found. >&2")
    assert kind.usable(_STACK) == (None, "kind has no cluster")


def test_a_cluster_whose_nodes_reach_the_registry_and_that_has_the_class_is_used(machine: _Machine) -> None:
    machine.kind("mine")
    mirror = "/etc/containerd/certs.d/localhost:5001/hosts.toml"
    machine.program("docker", f'[ "$*" = "exec mine-control-plane test -f {mirror}" ]')
    machine.program("kubectl", '[ "$1 $4" = "--context=kind-mine nginx" ]')
    context, reason = kind.usable(_STACK)
    assert context == "kind-mine"
    assert "reaches localhost:5001" in reason


def test_a_cluster_that_does_not_reach_the_registry_is_not_used(machine: _Machine) -> None:
    machine.kind("mine")
    machine.program("docker", "exit 1")
    machine.program("kubectl", "exit 0")
    context, reason = kind.usable(_STACK)
    assert context is None
    assert "do not reach localhost:5001" in reason


def test_a_cluster_without_the_ingress_class_is_not_used_and_the_next_one_is(machine: _Machine) -> None:
    machine.kind("one two")
    machine.program("docker", "exit 0")
    machine.program("kubectl", '[ "$1" = "--context=kind-two" ]')
    assert kind.usable(_STACK)[0] == "kind-two"
    machine.program("kubectl", "exit 1")
    assert "kind's cluster one has no IngressClass nginx" in kind.usable(_STACK)[1]
