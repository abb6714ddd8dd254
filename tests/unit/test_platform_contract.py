"""What each platform owes the app, beyond what the types of components/platforms/contract.py can say.

A new platform adds one row to ROWS. What is not proved here: that its cloud takes what it makes.
"""

import re
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pytest

from components.errors import ConfigError
from components.platforms.choice import check_platform, require_platform
from components.platforms.contract import Platform, PullKind, Target
from components.settings import Secrets
from components.settings_models import Settings
from components.stack_file import StackFile
from tests.engine import run_program
from tests.graph import Graph
from tests.stack_files import ROOT
from tests.unit.local_machine import PASSWORD, STACK, cloud_settings, start_machine

Create = Callable[[], Platform]
Row = Callable[[Path, pytest.MonkeyPatch], AbstractContextManager[Create]]


@contextmanager
def local(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Create]:
    """A machine with a cluster and a registry that wants a login, so that every field has a value."""
    monkeypatch.setenv("KUBECONFIG", str(folder / "kubeconfig"))
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    with start_machine(folder) as machine:
        machine.docker_login("ci", PASSWORD)
        yield lambda: _created(machine.settings())


def _created(settings: Settings) -> Platform:
    create = check_platform(settings, Secrets(), STACK)
    return create()


ROWS: Mapping[Target, Row] = {Target.LOCAL: local}


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
        platform = create()
        platforms.append(platform)
        pulumi.export("server", platform.registry.server)
        pulumi.export("prefix", platform.registry.prefix)
        pulumi.export("password", platform.registry.password)
        pulumi.export("pullSecret", platform.pull_grant.pull_secret)
        pulumi.export("kubeconfig", platform.cluster.kubeconfig)

    with ROWS[target](tmp_path, monkeypatch) as create:
        graph = run_program(program)
    return Made(target, platforms[0], graph)


@pytest.mark.parametrize("target", list(Target))
def test_a_target_has_a_platform_with_a_row_here_or_is_refused(target: Target) -> None:
    assert (ROOT / f"Pulumi.{target}.yaml").is_file()
    has_platform = (ROOT / "components" / "platforms" / f"{target}.py").is_file()
    assert (target in ROWS) == has_platform
    if not has_platform:
        with pytest.raises(ConfigError, match="is not part of this release yet"):
            require_platform(cloud_settings(target), StackFile(target))


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
    assert made.platform.ingress.class_name
