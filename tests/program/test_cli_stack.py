"""The CLI of a stack file through the real `__main__.py`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from components.errors import ConfigError
from tests.engine import DIGEST, RefusedError
from tests.graph import Graph
from tests.program.conftest import Project
from tests.program.test_cloud_stacks import FUNCTIONS, logged_in, no_login, run
from tests.unit.eks_account import absent

__all__ = ["logged_in", "no_login"]
HOST = "127.0.0.1:5050"
APP, CLI = "monadic-pipeline-webapi", "monadic-pipeline"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
IMAGE = "docker:index/image:Image"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
SERVICES: dict[str, Any] = {"services": {"llm": {"mode": "in-cluster"}, "vectors": {"mode": "in-cluster"}}}
LOOK_UP = "aws:ecr/getRepository:getRepository"
OTHER = "sha256:" + "c" * 64


@pytest.fixture
def source(project: Project) -> Path:
    """A CLI to build."""
    folder = project.root / "cli"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY run /run\n")
    (folder / "run").write_text("run\n")
    return folder


def cli(**fields: object) -> dict[str, Any]:
    return {"cli": {"image": {"context": "cli"}, **fields}}


def pod(graph: Graph, name: str = CLI) -> dict[str, Any]:
    return graph.one(DEPLOYMENT, name).inputs["spec"]["template"]["spec"]


def container(graph: Graph, name: str = CLI) -> dict[str, Any]:
    return pod(graph, name)["containers"][0]


def inputs(graph: Graph) -> Mapping[str, object]:
    return {each.urn: each.inputs for each in graph.resources}


@pytest.mark.usefixtures("source")
def test_without_the_key_nothing_is_different_and_with_it_only_its_own_is(project: Project) -> None:
    before, after = project.run("local"), project.run("local", **cli())
    without, with_cli = inputs(before), inputs(after)
    assert {urn: with_cli[urn] for urn in without} == without
    own = {each.type: each.name for each in after.resources if each.urn not in without}
    assert own == {
        "pipeline:index:AppImage": "cli-image",
        "pulumi:providers:docker": "cli-image",
        IMAGE: "cli-image",
        "pipeline:index:PipelineApp": CLI,
        "kubernetes:core/v1:ServiceAccount": CLI,
        POLICY: CLI,
        DEPLOYMENT: CLI,
    }
    assert "cli" not in before.exports


@pytest.mark.usefixtures("source")
def test_it_runs_its_own_digest_and_the_stack_says_which(project: Project) -> None:
    graph = project.run("local", **cli())
    assert container(graph)["image"] == f"{HOST}/monadic-pipeline@{DIGEST}"
    assert graph.exports["cli"] == {
        "image": f"{HOST}/monadic-pipeline@{DIGEST}",
        "rollout": "kubectl --context sandbox -n monadic-pipeline rollout status deployment/monadic-pipeline",
    }
    assert graph.one(IMAGE, "cli-image").urn in graph.one(DEPLOYMENT, CLI).dependencies
    assert graph.exports["leaves"] == [
        f"the images that were pushed to {HOST}/{each}" for each in (APP, "monadic-pipeline")
    ]


def test_its_tag_is_of_its_own_content(project: Project, source: Path) -> None:
    def tags() -> list[str]:
        graph = project.run("local", **cli())
        return [graph.one(IMAGE, name).inputs["imageName"] for name in ("image", "cli-image")]

    before = tags()
    (source / "run").write_text("changed\n")
    after = tags()
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)


@pytest.mark.usefixtures("source")
def test_everything_of_it_reaches_its_pods_and_none_of_it_the_apps(project: Project) -> None:
    of_app = {
        "name": APP,
        "environment": {"MODE": "web"},
        "runAsUser": 20000,
        "egress": [{"cidr": "10.0.0.0/8"}],
        "configFiles": {"a.json": "{}"},
        "volumes": {"data": {"path": "/data", "claim": "data"}},
        "autoscaling": {"maxReplicas": 3},
    }
    own = {
        "name": "tool",
        "replicas": 2,
        "command": ["/run"],
        "args": ["--watch"],
        "environment": {"MODE": "tool"},
        "resources": {"limits": {"memory": "1Gi"}},
    }
    graph = project.run("local", app=of_app, **cli(**own))
    found = container(graph, "tool")
    assert (found["command"], found["args"]) == (["/run"], ["--watch"])
    assert found["env"] == [{"name": "MODE", "value": "tool"}]
    assert found["resources"]["limits"]["memory"] == "1Gi"
    assert pod(graph, "tool")["securityContext"]["runAsUser"] == 20000
    assert [each["name"] for each in pod(graph, "tool")["volumes"]] == ["tmp"]
    assert graph.one(DEPLOYMENT, "tool").inputs["spec"]["replicas"] == 2
    assert [each.name for each in graph.all("kubernetes:autoscaling/v2:HorizontalPodAutoscaler")] == [APP]
    assert container(graph, APP)["env"] == [{"name": "MODE", "value": "web"}]
    policy = graph.one(POLICY, "tool").inputs["spec"]
    assert policy["ingress"] == []
    assert policy["egress"] == graph.one(POLICY, APP).inputs["spec"]["egress"]


@pytest.mark.usefixtures("source")
def test_it_pulls_with_the_secret_of_the_namespace(project: Project) -> None:
    login: dict[str, Any] = {"registry": {"host": HOST, "username": "ci"}, "registryPassword": "canary"}
    graph = project.run("local", secret=("registryPassword",), **login, **cli())
    assert pod(graph)["imagePullSecrets"] == [{"name": "registry-pull"}]
    assert graph.one(DEPLOYMENT, CLI).hooks["before_create"] == (f"{CLI}-before-rollout",)


@pytest.mark.usefixtures("source")
def test_it_has_the_secrets_and_its_own_variable_comes_first(project: Project) -> None:
    hidden: dict[str, Any] = {"appSecrets": {"API_KEY": "canary", "MODE": "canary"}, "secret": ("appSecrets",)}
    graph = project.run("local", **hidden, **cli(environment={"MODE": "tool"}))
    variables = {each["name"]: each for each in container(graph)["env"]}
    assert variables["MODE"] == {"name": "MODE", "value": "tool"}
    assert "secretKeyRef" in variables["API_KEY"]["valueFrom"]
    files = project.run("local", app={"name": APP, "secretsAs": "files"}, **hidden, **cli(environment={"MODE": "x"}))
    assert {each["name"] for each in pod(files)["volumes"]} == {"tmp", "secrets"}
    assert {*files.one("kubernetes:core/v1:Secret", CLI).inputs["stringData"]} == {"API_KEY", "MODE"}


@pytest.mark.usefixtures("source")
def test_it_is_told_of_the_services_which_let_both_in_and_nobody_else(project: Project) -> None:
    graph = project.run("local", **SERVICES, **cli())
    variables = {each["name"] for each in container(graph)["env"]}
    assert {"PIPELINE__LlmProvider__OllamaEndpoint", "PIPELINE__VectorStore__ApiKey"} <= variables
    (rule,) = graph.one(POLICY, "services-qdrant").inputs["spec"]["ingress"]
    peers = [each["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for each in rule["from"]]
    assert peers == [APP, CLI]
    alone = project.run("local", **SERVICES).one(POLICY, "services-qdrant").inputs["spec"]["ingress"][0]["from"]
    assert [each["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for each in alone] == [APP]


@pytest.mark.usefixtures("source")
def test_where_destinations_are_listed_both_get_a_policy_for_the_services(project: Project) -> None:
    closed = {"name": APP, "egress": [{"cidr": "10.0.0.0/8"}]}
    graph = project.run("local", app=closed, **SERVICES, **cli())
    names = {
        name: graph.one(POLICY, name).inputs["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
        for name in ("services-clients", f"services-clients-{CLI}")
    }
    assert list(names.values()) == [APP, CLI]


def test_a_digest_needs_no_source(project: Project) -> None:
    graph = project.run("local", cli={"image": {"digest": OTHER}})
    assert container(graph)["image"] == f"{HOST}/monadic-pipeline@{OTHER}"
    assert [each.name for each in graph.all(IMAGE)] == ["image"]


def refusal(project: Project, **changes: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        project.run("local", preview=True, **changes)
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


def test_mistakes_of_both_images_come_at_once(project: Project, source: Path) -> None:
    (source / ".env").write_text("PASSWORD=canary\n")
    (project.root / "webapi" / ".dockerignore").unlink()
    (project.root / "webapi" / ".env").write_text("PASSWORD=canary\n")
    text = refusal(project, **cli())
    assert text.startswith("Pulumi.local.yaml: 2 mistakes, nothing was changed")
    assert "  image.context: webapi: " in text
    assert "  cli.image.context: cli: " in text
    assert "canary" not in text


def test_what_is_wrong_with_it_comes_beside_what_is_wrong_elsewhere(project: Project, source: Path) -> None:
    (source / ".env").write_text("PASSWORD=canary\n")
    text = refusal(project, app={"name": APP, "replicas": -1}, **cli())
    assert "app.replicas: must be" in text
    assert "cli.image.context: cli: " in text
    missing = refusal(project, app={"name": APP, "replicas": -1}, cli={"image": {"context": "nowhere"}})
    assert "app.replicas: must be" in missing
    assert "cli.image.context: nowhere: there is no such folder" in missing
    (project.root / "webapi" / ".dockerignore").unlink()
    (project.root / "webapi" / ".env").write_text("PASSWORD=canary\n")
    for wrong in ({"image": {"context": "nowhere"}}, {"image": {"context": "nowhere"}, "replicas": -1}):
        other = refusal(project, cli=wrong)
        assert "  image.context: webapi: " in other
        assert "  cli.image.context: nowhere: " in other


def test_a_context_elsewhere_is_allowed_by_its_own_key(project: Project, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "Dockerfile").touch()
    text = refusal(project, cli={"image": {"context": "../other"}})
    assert "pulumi config set --path cli.image.allowOutside true -s local" in text
    image = {"context": "../other", "allowOutside": True}
    assert project.run("local", cli={"image": image}).exports["cli"]


@pytest.mark.usefixtures("source")
def test_an_engine_that_does_not_answer_is_told_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    text = refusal(project, **cli())
    assert text.count("no docker engine answers") == 1


@pytest.mark.parametrize("elsewhere", [{}, {"app": {"name": APP, "replicas": -1}}], ids=["alone", "beside a mistake"])
def test_a_digest_of_another_registry_is_refused(elsewhere: dict[str, Any], project: Project) -> None:
    text = refusal(project, cli={"image": {"digest": f"ghcr.io/other/cli@{OTHER}"}}, **elsewhere)
    assert "cli.image.digest: ghcr.io/other/cli@" in text
    assert f"pulumi config set --path cli.image.digest {OTHER} -s local" in text


@pytest.mark.usefixtures("logged_in")
def test_a_digest_of_another_registry_is_said_of_its_own_key_where_only_the_cloud_knows_better(
    project: Project,
) -> None:
    with pytest.raises(ConfigError, match=r"^cli\.image\.digest cannot be deployed"):
        run(project, "gke", cli={"image": {"digest": f"ghcr.io/other/cli@{OTHER}"}})


def test_one_name_for_both_is_refused(project: Project) -> None:
    text = refusal(project, cli={"name": APP, "image": {"repository": APP, "digest": OTHER}})
    assert text.startswith("Pulumi.local.yaml: 2 mistakes")
    assert f"pulumi config set --path cli.name {APP}-cli -s local" in text
    assert f"pulumi config set --path cli.image.repository {APP}-cli -s local" in text


@pytest.mark.usefixtures("logged_in", "source")
@pytest.mark.parametrize("stack", ["aks", "eks", "gke"])
def test_every_cloud_runs_it(stack: str, project: Project) -> None:
    graph = run(project, stack, **cli())
    assert container(graph)["image"] == graph.exports["image"].replace(APP, "monadic-pipeline")
    assert graph.one(IMAGE, "cli-image").urn in graph.one(DEPLOYMENT, CLI).dependencies
    before, after = inputs(run(project, stack)), inputs(graph)
    assert {urn: after[urn] for urn in before} == before


@pytest.mark.usefixtures("logged_in", "source")
def test_ecr_gets_a_repository_for_each_image_and_the_push_comes_after_it(project: Project) -> None:
    graph = run(project, "eks", **cli())
    repositories = {each.name: each.inputs["name"] for each in graph.all("aws:ecr/repository:Repository")}
    assert repositories == {"registry": APP, "cli-registry": "monadic-pipeline"}
    assert graph.one("aws:ecr/repository:Repository", "cli-registry").urn in graph.one(IMAGE, "cli-image").dependencies


@pytest.mark.usefixtures("logged_in", "source")
def test_what_is_not_there_in_ecr_is_told_of_both_images(project: Project) -> None:
    with pytest.raises(RefusedError) as caught, patch.dict(FUNCTIONS["eks"], {LOOK_UP: absent()}):
        run(project, "eks", registry={"mode": "existing"}, **cli())
    text = str(caught.value)
    assert f"  image.repository: there is no ECR repository '{APP}'" in text
    assert "  cli.image.repository: there is no ECR repository 'monadic-pipeline'" in text


@pytest.mark.usefixtures("logged_in", "source")
def test_both_images_come_from_repositories_of_ecr_that_are_there(project: Project) -> None:
    graph = run(project, "eks", registry={"mode": "existing", "writePolicy": True}, **cli())
    policies = {each.name: each.inputs["repository"] for each in graph.all("aws:ecr/repositoryPolicy:RepositoryPolicy")}
    assert policies == {"registry": APP, "cli-registry": "monadic-pipeline"}
    assert graph.one("aws:ecr/repositoryPolicy:RepositoryPolicy", "cli-registry").urn in (
        graph.one(DEPLOYMENT, CLI).dependencies
    )
    assert [each for each in graph.exports["leaves"] if "monadic-pipeline " in each]


@pytest.mark.usefixtures("logged_in", "source")
def test_a_cli_that_is_built_beside_an_image_that_was_is_pushed_with_a_login(project: Project) -> None:
    graph = run(project, "aks", image={"repository": APP, "digest": OTHER}, **cli())
    assert graph.one(IMAGE).inputs["registry"]["username"]
