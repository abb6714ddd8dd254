"""What the incident's own manifest, and nodes without a right to pull, meet in this program; told in docs/incident.md.

The manifest and the texts are those of the page: what it shows is what is said.
"""

import re
import textwrap
from typing import Any

import pytest

from components.errors import ConfigError
from components.platforms.aks_grant import ACR_PULL
from ops.diagnose import Health, Question, diagnoses, health
from pulls.diagnosis import Facts, as_text
from pulls.fixes import Target
from tests import engine
from tests.component import test_rollout_guard_watching as watching
from tests.component.guarded import Guarded, deployment
from tests.component.transforms import TransformingMonitor
from tests.engine import DIGEST, RefusedError
from tests.graph import Graph
from tests.program.conftest import Project
from tests.program.test_cloud_stacks import logged_in, no_login, run
from tests.stack_files import ROOT
from tests.unit import aks_stack
from tests.unit import pull_objects as objects
from tests.unit.clouds_page import blocks
from tests.unit.fake_cluster import FakeCluster, refused

pytestmark = pytest.mark.usefixtures(no_login.__name__, logged_in.__name__)

PAGE = (ROOT / "docs" / "incident.md").read_text()
(MANIFEST,) = blocks("yaml", PAGE)
PREVIEWED, REFUSED, NAMED = map(textwrap.dedent, blocks("text", PAGE))
FAULTS = re.findall(r"^\| \d \| [^|]+ \| `([^`]+)` \| `([^`]+)` \| \[([^\]]+)\]", PAGE, re.MULTILINE)
"""Reason, text and cause of the faults that hid behind each other."""
APP = "monadic-pipeline-webapi"
HOST = "contoso-abc1.azurecr.io"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
ADDED = """
import pulumi_kubernetes as k8s
import yaml

laptop = yaml.safe_load(Path(__file__).with_name("laptop.yaml").read_text())
k8s.apps.v1.Deployment("laptop", metadata=laptop["metadata"], spec=laptop["spec"], opts=in_cluster)
"""
"""What somebody writes who takes the manifest over as it is."""


def shows(block: str, said: str) -> bool:
    """Whether each line of a block of the page is one of what is said, in order; `…` stands for any words."""
    lines = iter(said.splitlines())
    patterns = [".*".join(map(re.escape, each.split("…"))) for each in block.splitlines()]
    return all(any(re.fullmatch(pattern, line) for line in lines) for pattern in patterns)


@pytest.fixture
def transforms(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine asks the program's own check about each object, as the real one does."""
    monkeypatch.setattr(engine, "RecordingMonitor", TransformingMonitor)


def preview(project: Project, stack: str, manifest: str = MANIFEST, **changes: Any) -> Graph:
    """The committed stack with a manifest added to its program."""
    (project.root / "laptop.yaml").write_text(manifest)
    (project.root / "__main__.py").write_text((ROOT / "__main__.py").read_text() + ADDED)
    if stack == "local":
        return project.run(stack, preview=True, **changes)
    return run(project, stack, preview=True, **changes)


def refusal(project: Project, stack: str, manifest: str = MANIFEST, **changes: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        preview(project, stack, manifest, **changes)
    assert caught.value.code == 32  # the user was told: Pulumi adds nothing
    return str(caught.value)


def mended(image: str, policy: str) -> str:
    """The page's manifest with another image and policy."""
    changed = MANIFEST.replace(f"image: {APP}:latest", f"image: {image}").replace("Policy: Never", f"Policy: {policy}")
    assert (image in changed, policy in changed) == (True, True)
    return changed


# By construction


def test_a_stack_file_has_no_key_for_a_pull_policy(project: Project) -> None:
    with pytest.raises(RefusedError, match=r"app\.imagePullPolicy: unknown key"):
        project.run("local", app={"name": "web", "imagePullPolicy": "Never"})


def test_the_aks_stack_gives_kubelets_the_right_before_anything_pulls(project: Project) -> None:
    graph = run(project, "aks")
    right = graph.one(aks_stack.ROLE, "pull")
    assert right.inputs["principalId"] == aks_stack.KUBELET
    assert right.inputs["roleDefinitionId"].endswith(ACR_PULL.id)
    assert graph.one(aks_stack.ACR).urn in right.property_dependencies["scope"]
    assert right.urn in graph.one(DEPLOYMENT).dependencies


# At preview


@pytest.mark.usefixtures("transforms")
@pytest.mark.parametrize("stack", ["aks", "eks", "gke", "local"])
def test_the_laptops_manifest_is_refused_at_preview_on_every_target(stack: str, project: Project) -> None:
    said = refusal(project, stack)
    assert said.startswith("2 mistakes in what the program deploys, nothing was changed\n")
    assert shows(PREVIEWED, said), said


@pytest.mark.usefixtures("transforms")
@pytest.mark.parametrize(
    ("image", "policy", "reason"),
    [
        (f"{APP}:latest", "IfNotPresent", f"it names no registry; write {HOST}/…@sha256:…"),
        (f"{HOST}/{APP}:latest", "Always", "a tag of this stack's registry can move"),
        (f"docker.io/acme/{APP}:latest", "Always", "without a tag of its own it is another image tomorrow"),
        (f"fabrikam.azurecr.io/{APP}:1", "IfNotPresent", f"this stack's nodes may pull from {HOST}, not from fabrikam"),
    ],
)
def test_a_manifest_that_is_mended_by_half_is_refused_for_the_other_half(
    image: str, policy: str, reason: str, project: Project
) -> None:
    said = refusal(project, "aks", mended(image, policy), registry=aks_stack.OLD_ACR)
    assert said.startswith("1 mistake ")
    assert reason in said


@pytest.mark.usefixtures("transforms")
def test_a_manifest_that_is_mended_is_deployed(project: Project) -> None:
    good = mended(f"{HOST}/{APP}@{DIGEST}", "IfNotPresent")
    graph = preview(project, "aks", good, registry=aks_stack.OLD_ACR)
    assert graph.one(DEPLOYMENT, "laptop")


# Before the running version is touched


def silent(*_: object) -> None:
    """A registry that is not asked."""


def test_without_the_right_the_update_is_refused_with_the_command_that_gives_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    platform, graph = aks_stack.run(aks_stack.OLD_CLUSTER, {**aks_stack.OLD_ACR, "attachPull": False})
    assert graph.all(aks_stack.ROLE) == []
    known = {each: graph.exports[each] for each in ("identity", "resource", "facts")}
    right = {"kind": platform.pull_grant.kind.value, "role": platform.pull_grant.role, **known}
    (_, _, (_, unauthorized, _)) = FAULTS

    monkeypatch.setattr("pulls.rehearsal.check.second_opinion", silent)
    guarded = Guarded(monkeypatch, FakeCluster({"amd64": [[refused(unauthorized)]]}))
    new = deployment(f"{HOST}/{APP}@{DIGEST}")
    new["metadata"]["name"] = APP
    with pytest.raises(ConfigError) as error:
        guarded.before(new, deployment(), target="aks", pull_right=right)
    assert shows(REFUSED, str(error.value)), str(error.value)


# While the rollout waits, and afterwards


def broken(reason: str, text: str) -> FakeCluster:
    """A rollout whose new pod waits for its image."""
    waits = objects.container(objects.waiting(reason, text), image=f"{APP}:latest")
    return FakeCluster(
        lists={
            "pods": [objects.pod(waits)],
            "deployments": [objects.deployment()],
            "replicasets": [objects.replica_set()],
        }
    )


def test_the_cause_is_named_while_the_rollout_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    reason, text, _ = FAULTS[0]
    monkeypatch.setattr(watching, "broken", lambda: broken(reason, text))
    said = watching.only_warning(monkeypatch)
    assert shows(NAMED, said), said


@pytest.mark.parametrize(("reason", "text", "code"), FAULTS)
def test_each_fault_that_hid_behind_another_is_named_afterwards(reason: str, text: str, code: str) -> None:
    question = Question("shop", "deployment/web", ask_registry=False)
    found = diagnoses(broken(reason, text), question, Facts(Target.AKS)).diagnoses
    assert [each.code for each in found] == [code]
    assert health(found) is Health.DIAGNOSED


def test_the_page_shows_what_diagnose_says() -> None:
    reason, text, _ = FAULTS[0]
    (found,) = diagnoses(broken(reason, text), Question("shop", ask_registry=False), Facts(Target.AKS)).diagnoses
    assert shows(NAMED, as_text(found)), as_text(found)
