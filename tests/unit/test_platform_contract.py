"""What each platform owes the app, beyond what the types of components/platforms/contract.py can say.

A new platform adds one row to ROWS. What is not proved here: that its cloud takes what it makes.
"""

import re
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import pulumi
import pytest

from components.platforms import aks_push
from components.platforms.aks import check_aks
from components.platforms.choice import check_platform
from components.platforms.contract import AddressSource, Platform, PullKind, Target
from components.platforms.eks import check_eks
from components.platforms.gke import check_gke
from components.settings import Secrets
from components.settings_models import Settings
from pulls.causes import Code
from pulls.fixes import Target as PullTarget
from pulls.fixes import fixes_for
from tests.engine import Answer, RecordingMocks, run_program
from tests.graph import Graph
from tests.stack_files import ROOT
from tests.unit import aks_stack, eks_account, gke_stacks
from tests.unit.local_machine import PASSWORD, STACK, start_machine

pytestmark = pytest.mark.filterwarnings("ignore:aws.ec2/encryptioncontrol:DeprecationWarning")
"""Of the SDK itself, whenever its module for networks is loaded."""


@dataclass(frozen=True)
class Create:
    """What makes a platform, and what its cloud answers."""

    make: Callable[[], Platform]
    answers: Mapping[str, Answer] = field(default_factory=dict[str, Answer])


Row = Callable[[Path, pytest.MonkeyPatch], AbstractContextManager[Create]]


@contextmanager
def local(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Create]:
    """A machine with a cluster and a registry that wants a login, so that every field has a value."""
    monkeypatch.setenv("KUBECONFIG", str(folder / "kubeconfig"))
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    with start_machine(folder) as machine:
        machine.docker_login("ci", PASSWORD)
        yield Create(lambda: _created(machine.settings()))


@contextmanager
def aks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Create]:
    """An Azure subscription, in which everything is made."""
    _ = folder

    async def exchanged(*_: object) -> str:
        return aks_stack.CANARY

    monkeypatch.setattr(aks_push, "push_login", exchanged)
    settings = aks_stack.settings(aks_stack.NEW_CLUSTER, aks_stack.NEW_ACR)
    make = check_aks(settings, Secrets(), aks_stack.STACK)
    with patch.object(RecordingMocks, "new_resource", aks_stack.with_arm_id):
        yield Create(make, {**aks_stack.LOOKED_UP, **aks_stack.MADE})


@contextmanager
def eks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Create]:
    """An AWS account, in which everything is made."""
    _ = folder, monkeypatch
    make = check_eks(eks_account.settings(), Secrets(), eks_account.STACK)
    yield Create(make, {**eks_account.FUNCTIONS, **eks_account.RESOURCES})


@contextmanager
def gke(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Create]:
    """A Google Cloud project, in which everything is made."""
    _ = folder, monkeypatch
    make = check_gke(gke_stacks.stack(), Secrets(), gke_stacks.STACK)
    yield Create(make, gke_stacks.ANSWERS)


def _created(settings: Settings) -> Platform:
    create = check_platform(settings, Secrets(), STACK)
    return create()


ROWS: Mapping[Target, Row] = {Target.LOCAL: local, Target.AKS: aks, Target.EKS: eks, Target.GKE: gke}


@dataclass(frozen=True)
class Made:
    """A platform as a program made it, and what the engine was asked for."""

    target: Target
    platform: Platform
    graph: Graph


@pytest.fixture(params=list(ROWS), ids=str)
def made(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    target: Target = request.param
    platforms: list[Platform] = []

    def program() -> None:
        platform = create.make()
        platforms.append(platform)
        pulumi.export("server", platform.registry.server)
        pulumi.export("prefix", platform.registry.prefix)
        pulumi.export("password", platform.registry.password)
        pulumi.export("pullSecret", platform.pull_grant.pull_secret)
        pulumi.export("kubeconfig", platform.cluster.kubeconfig)
        pulumi.export("facts", dict(platform.pull_grant.facts))

    with ROWS[target](tmp_path, monkeypatch) as create:
        graph = run_program(program, answers=create.answers)
    return Made(target, platforms[0], graph)


@pytest.mark.parametrize("target", list(Target))
def test_a_target_has_a_stack_file_a_platform_and_a_row_here(target: Target) -> None:
    assert (ROOT / f"Pulumi.{target}.yaml").is_file()
    assert (ROOT / "components" / "platforms" / f"{target}.py").is_file()
    assert target in ROWS


def test_a_platform_uses_no_ambient_provider(made: Made) -> None:
    assert all(each.provider for each in made.graph.resources if each.custom and not each.type.startswith("pulumi:"))


def test_what_pods_wait_for_is_what_gives_the_right_to_pull(made: Made) -> None:
    grant = made.platform.pull_grant
    assert bool(grant.depends_on) == (grant.kind not in (PullKind.PULL_SECRET, PullKind.ANONYMOUS))
    assert bool(grant.depends_on) == (grant.propagation_seconds > 0) == bool(grant.facts)


def test_a_platform_says_which_target_it_is(made: Made) -> None:
    assert made.platform.target == made.target


def test_references_begin_with_the_host_that_the_login_is_for(made: Made) -> None:
    server, prefix = made.graph.exports["server"], made.graph.exports["prefix"]
    assert re.fullmatch(rf"{re.escape(server)}(/[^/]+)*", prefix)


def test_a_login_is_whole_or_not_given(made: Made) -> None:
    registry = made.platform.registry
    assert (registry.username is None) == (registry.password is None)


def test_a_pull_secret_is_given_where_and_only_where_nodes_need_one(made: Made) -> None:
    grant = made.platform.pull_grant
    assert (grant.pull_secret is not None) == (grant.kind == PullKind.PULL_SECRET)
    assert grant.role
    assert grant.propagation_seconds >= 0


def test_the_command_that_gives_the_right_is_complete(made: Made) -> None:
    facts = made.graph.exports["facts"]
    if made.platform.pull_grant.depends_on:
        give = fixes_for(Code.NO_CREDENTIALS, PullTarget(made.target.value))[0]
        assert "<" not in give.rendered(facts)
    assert "canary" not in str(facts)


def test_what_is_secret_is_secret_in_state_and_in_no_repr(made: Made) -> None:
    given = {name for name in ("password", "pullSecret", "kubeconfig") if made.graph.exports.get(name) is not None}
    assert "kubeconfig" in given
    assert made.graph.stack.secret_outputs == given
    for name in given:
        assert made.graph.exports[name] not in repr(made.platform)


def test_the_provider_has_a_context_of_its_own_and_an_identity_that_outlives_credentials(made: Made) -> None:
    provider = made.graph.one("pulumi:providers:kubernetes").inputs
    assert provider["kubeconfig"] == made.graph.exports["kubeconfig"]
    assert provider["context"] == made.platform.cluster.context
    assert provider["clusterIdentifier"]


def test_nodes_and_ingress_are_described(made: Made) -> None:
    assert made.platform.cluster.node_platforms
    assert all(re.fullmatch(r"[a-z]+/[a-z0-9]+", each) for each in made.platform.cluster.node_platforms)
    ingress = made.platform.ingress
    assert ingress.class_name or ingress.address == AddressSource.STATUS
