"""The policy pack finds nothing in the committed stacks, in either profile, previewed or made."""

from typing import Any

import pytest

from tests.graph import Graph
from tests.program.conftest import Project
from tests.program.test_cloud_stacks import STACKS, logged_in, no_login, run
from tests.stack_files import engine_config, stack_values
from tests.unit.policies_engine import Engine, Said, requests

__all__ = ["logged_in", "no_login"]
PRODUCTION = "monadic-pipeline:profile"
SERVICES = {each: {"mode": "in-cluster"} for each in ("llm", "vectors", "traces")}
RANGES = {"apiRanges": ["203.0.113.0/24"]}


def judged(graph: Graph, stack: str, profile: str) -> list[Said]:
    config = engine_config(stack_values(stack) | ({PRODUCTION: profile} if stack != "local" else {}))
    return Engine(config, stack=stack).judge(*requests(graph))


def cluster(stack: str, profile: str, **more: Any) -> dict[str, Any]:
    """The stack's own cluster; one of production says from where its API may be asked."""
    own = stack_values(stack)["monadic-pipeline:cluster"]
    return {"cluster": own | (RANGES if profile == "production" else {}) | more, "profile": profile}


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("profile", ["test", "production"])
@pytest.mark.parametrize("stack", STACKS)
def test_nothing_is_found_in_a_committed_stack_of_a_cloud(
    stack: str, profile: str, preview: bool, project: Project
) -> None:
    graph = run(project, stack, preview=preview, **cluster(stack, profile))
    found = judged(graph, stack, profile)
    assert [each for each in found if each.code != "known-later"] == []
    assert [each.code for each in found] == (["known-later"] if preview else [])


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("services", [{}, SERVICES], ids=["alone", "with services"])
def test_nothing_is_found_in_the_committed_local_stack(
    services: dict[str, Any], preview: bool, project: Project
) -> None:
    graph = project.run("local", preview=preview, services=services)
    assert [each for each in judged(graph, "local", "test") if each.code != "known-later"] == []


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("stack", ["eks", "gke"])
def test_a_stack_of_production_that_lets_everybody_ask_its_api_is_found(stack: str, project: Project) -> None:
    graph = run(project, stack, profile="production")
    assert [(each.code, each.level) for each in judged(graph, stack, "production")] == [("api-open", "MANDATORY")]
    assert judged(run(project, stack), stack, "test") == []


@pytest.mark.usefixtures("logged_in")
def test_ranges_that_are_everywhere_are_found_too(project: Project) -> None:
    graph = run(project, "aks", preview=False, **cluster("aks", "production", apiRanges=["0.0.0.0/0"]))
    assert [each.code for each in judged(graph, "aks", "production")] == ["api-open"]


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("stack", STACKS)
def test_a_cluster_of_production_without_protection_is_found(stack: str, project: Project) -> None:
    changes = cluster(stack, "production") | {"profile": "test"}
    found = judged(run(project, stack, preview=False, **changes), stack, "production")
    assert {each.code for each in found} == {"deletion-protection"}
