"""A cluster that runs already, under the name `sandbox`: the program must still know what it is."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from components.kubeconfig import read_context
from components.platforms.contract import Target
from components.platforms.matching import context_mismatch
from sandbox import cluster
from sandbox.errors import SandboxError
from sandbox.site import Site
from sandbox.state import Options, State, new_record

GKE = "gke_my-project_europe-west1_main"
"""As `gcloud container clusters get-credentials` names context, cluster and user; its server is a bare address."""


@dataclass
class _Kubectl:
    """A stand-in for the built kubectl, which gives one answer to `config view`."""

    folder: Path

    def answers(self, name: str, server: str = "https://34.1.2.3", **context: str) -> Site:
        """A site whose kubectl knows a context, cluster and user of this name."""
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": name,
            "contexts": [{"name": name, "context": {"cluster": name, "user": name, **context}}],
            "clusters": [{"name": name, "cluster": {"server": server}}],
            "users": [{"name": name, "user": {"token": "t"}}],
        }
        (self.folder / "answer").write_text(yaml.safe_dump(config))
        return self.runs(f'case "$*" in *config*) cat {self.folder}/answer;; esac', f"context:{name}")

    def runs(self, body: str, chosen: str) -> Site:
        """A site whose kubectl is a shell script."""
        tool = self.folder / "kube"
        tool.write_text(f"#!/bin/sh\n{body}\n")
        tool.chmod(0o755)
        state = State(self.folder / "state")
        return Site(state, new_record(Options(cluster=chosen), chosen, "for a test", self.folder), {"kube": tool})


@pytest.fixture
def kubectl(tmp_path: Path) -> _Kubectl:
    return _Kubectl(tmp_path)


def test_a_clouds_cluster_is_still_refused_when_it_goes_by_the_name_sandbox(kubectl: _Kubectl) -> None:
    site = kubectl.answers(GKE)
    cluster.up(site)
    context = read_context("sandbox", [site.state.kubeconfig])
    reason = context_mismatch(Target.LOCAL, context.name, context.server, context.cluster)
    assert reason is not None
    assert "a GKE cluster" in reason


def test_a_given_context_has_its_own_name_and_the_sandboxs(kubectl: _Kubectl) -> None:
    site = kubectl.answers("kind-mine", namespace="team")
    cluster.up(site)
    config = yaml.safe_load(site.state.kubeconfig.read_text())
    assert config["current-context"] == "sandbox"
    assert {each["name"]: each["context"] for each in config["contexts"]} == {
        name: {"cluster": "kind-mine", "user": "kind-mine", "namespace": "team"} for name in ("sandbox", "kind-mine")
    }
    assert [each["name"] for each in (*config["clusters"], *config["users"])] == ["kind-mine", "kind-mine"]
    assert site.state.kubeconfig.stat().st_mode & 0o777 == 0o600


def test_a_context_that_is_called_sandbox_stays_one(kubectl: _Kubectl) -> None:
    site = kubectl.answers("sandbox")
    cluster.up(site)
    assert [each["name"] for each in yaml.safe_load(site.state.kubeconfig.read_text())["contexts"]] == ["sandbox"]


def test_a_context_that_is_not_there_is_told_with_the_command_that_lists_them(kubectl: _Kubectl) -> None:
    site = kubectl.runs("echo 'no context exists' >&2; exit 1", "context:gone")
    with pytest.raises(SandboxError, match="no usable kubeconfig context 'gone': no context exists; type: kubectl"):
        cluster.refuse_missing_context(site)
