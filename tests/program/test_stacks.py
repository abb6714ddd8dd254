"""Each committed stack file through the real `__main__.py`."""

from pathlib import Path
from typing import Any

import pytest

from components.rollout_inputs import PULL_SECRETS_MARK
from tests.engine import DIGEST
from tests.graph import UNKNOWN
from tests.program.conftest import Project

HOST = "127.0.0.1:5050"
LOGIN: dict[str, Any] = {
    "registry": {"host": HOST, "username": "ci"},
    "registryPassword": "password-canary",
    "secret": ("registryPassword",),
}
DEPLOYMENT = "kubernetes:apps/v1:Deployment"


def test_the_local_stack_gives_a_url_and_what_runs_there(project: Project) -> None:
    assert project.run("local").exports == {
        "url": "http://monadic-pipeline.localhost:8080",
        "image": f"{HOST}/monadic-pipeline-webapi@{DIGEST}",
        "namespace": "monadic-pipeline",
        "target": "local",
        "leaves": [f"the images that were pushed to {HOST}/monadic-pipeline-webapi"],
        "rollout": "kubectl --context sandbox -n monadic-pipeline rollout status deployment/monadic-pipeline-webapi",
    }


def test_the_local_stack_is_three_components_on_two_explicit_providers(project: Project) -> None:
    graph = project.run("local")
    components = {each.type for each in graph.resources if not each.custom}
    assert components == {f"pipeline:index:{each}" for each in ("AppImage", "AppNamespace", "PipelineApp")}
    cluster, docker = graph.one("pulumi:providers:kubernetes"), graph.one("pulumi:providers:docker")
    for each in graph.resources:
        if each.type.startswith("kubernetes:"):
            assert each.provider_urn == cluster.urn, each.urn
        if each.type.startswith("docker:"):
            assert each.provider_urn == docker.urn
    assert cluster.inputs["context"] == "sandbox"


def test_the_deployment_runs_the_pushed_digest_after_the_pull_secret_is_there(project: Project) -> None:
    graph = project.run("local", **LOGIN)
    deployment = graph.one(DEPLOYMENT)
    pod = deployment.inputs["spec"]["template"]["spec"]
    assert pod["containers"][0]["image"] == f"{HOST}/monadic-pipeline-webapi@{DIGEST}"
    assert pod["imagePullSecrets"] == [{"name": "registry-pull"}]
    assert deployment.inputs["metadata"]["annotations"] == {PULL_SECRETS_MARK: "/"}  # of a Secret that nobody made
    assert deployment.inputs["spec"]["template"]["metadata"]["annotations"] == {}
    pull_secret = graph.one("kubernetes:core/v1:Secret")
    assert pull_secret.urn in deployment.dependencies
    assert graph.one("docker:index/image:Image").urn in deployment.dependencies


def test_a_preview_before_the_first_build_knows_the_url_and_not_the_digest(project: Project) -> None:
    exports = project.run("local", preview=True).exports
    assert exports["url"] == "http://monadic-pipeline.localhost:8080"
    assert exports["image"] == UNKNOWN


def test_two_runs_ask_for_the_same(project: Project) -> None:
    first, second = project.run("local", **LOGIN), project.run("local", **LOGIN)
    assert {each.urn: each.inputs for each in first.resources} == {each.urn: each.inputs for each in second.resources}


def test_a_changed_source_is_another_tag(project: Project) -> None:
    before = project.run("local").one("docker:index/image:Image").inputs["imageName"]
    (project.root / "webapi" / "more.py").write_text("MORE = 1\n")
    after = project.run("local").one("docker:index/image:Image").inputs["imageName"]
    assert before != after


def test_a_given_digest_is_deployed_without_docker(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    graph = project.run("local", image={"repository": "web", "digest": "sha256:" + "b" * 64})
    assert graph.exports["image"] == f"{HOST}/web@sha256:{'b' * 64}"
    assert [each for each in graph.resources if "docker" in each.type] == []
    assert not (project.root / ".build").exists()


def test_no_credential_is_in_clear_anywhere(project: Project) -> None:
    marked = ("registryPassword", "appSecrets")
    secrets: dict[str, Any] = {**LOGIN, "appSecrets": {"API_KEY": "app-canary"}, "secret": marked}
    graph = project.run("local", **secrets)
    for each in [*graph.resources, graph.stack]:
        for canary in ("password-canary", "app-canary", "kubeconfig-canary"):
            shown = {key: value for key, value in each.inputs.items() if not _hidden(key, each.secrets)}
            assert canary not in str(shown), each.urn
            assert canary not in str(each.outputs), each.urn
    assert not [text for _, text in graph.logs if "canary" in text]


def _hidden(key: str, secrets: frozenset[str]) -> bool:
    return any(path.split(".")[0] == key for path in secrets)


def test_everything_in_a_stack_file_reaches_the_app(project: Project) -> None:
    graph = project.run(
        "local",
        app={
            "name": "shop",
            "namespace": "shop",
            "host": "shop.localhost",
            "port": 5000,
            "readyPath": "/r",
            "healthPath": "/h",
            "environment": {"MODE": "fast"},
            "configFiles": {"a.json": "{}"},
            "configPath": "/app",
            "tlsSecret": "cert",
            "runAsUser": 20000,
            "volumes": {"data": {"path": "/data", "claim": "data"}},
            "egress": [{"cidr": "10.0.0.0/8", "ports": [5432]}],
            "resources": {"limits": {"memory": "1Gi"}},
            "autoscaling": {"maxReplicas": 3},
            "drainSeconds": 3,
        },
        ingress={"className": "nginx", "annotations": {"a": "b"}},
    )
    pod = graph.one(DEPLOYMENT).inputs["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert container["ports"][0]["containerPort"] == 5000
    assert container["readinessProbe"]["httpGet"]["path"] == "/r"
    assert container["livenessProbe"]["httpGet"]["path"] == "/h"
    assert container["env"] == [{"name": "MODE", "value": "fast"}]
    assert container["resources"]["limits"]["memory"] == "1Gi"
    assert container["lifecycle"] == {"preStop": {"sleep": {"seconds": 3}}}
    assert pod["securityContext"]["runAsUser"] == 20000
    assert {each["name"] for each in pod["volumes"]} == {"tmp", "config", "volume-data"}
    assert {"/app/a.json", "/data"} < {each["mountPath"] for each in container["volumeMounts"]}
    assert graph.one("kubernetes:autoscaling/v2:HorizontalPodAutoscaler").inputs["spec"]["maxReplicas"] == 3
    policy = graph.one("kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"]
    assert policy["egress"][1]["to"] == [{"ipBlock": {"cidr": "10.0.0.0/8"}}]
    ingress = graph.one("kubernetes:networking.k8s.io/v1:Ingress").inputs
    assert ingress["spec"]["ingressClassName"] == "nginx"
    assert ingress["metadata"]["annotations"]["a"] == "b"
    assert graph.exports["url"] == "https://shop.localhost"


def test_the_context_may_be_any_other_repository(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "dotnet"
    (other / "src").mkdir(parents=True)
    (other / "docker").mkdir()
    (other / "src" / "Api.cs").write_text("class Api {}")
    (other / "docker" / "Api.Dockerfile").write_text("FROM mcr.microsoft.com/dotnet/aspnet:9.0\n")
    image = {
        "repository": "api",
        "context": str(other),
        "dockerfile": str(other / "docker" / "Api.Dockerfile"),
        "allowOutside": True,
    }
    build = project.run("local", image=image).one("docker:index/image:Image").inputs["build"]
    assert build["context"].startswith(".build/")
    assert (project.root / build["context"] / "src" / "Api.cs").is_file()
    assert build["dockerfile"] == f"{build['context']}/docker/Api.Dockerfile"
