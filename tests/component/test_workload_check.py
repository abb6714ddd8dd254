"""Workloads of a program, whoever wrote them, on an engine that runs transforms."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_kubernetes as k8s
import pytest

from components.namespace import AppNamespace
from components.workload_check import refuse_bad_workloads
from tests.component.apps import app
from tests.component.transforms import run
from tests.engine import DIGEST, RefusedError
from tests.graph import Graph

OWN = "127.0.0.1:5050"
ERROR = 3
GOOD = f"{OWN}/web@{DIGEST}"


def deployment(image: pulumi.Input[str], **container: Any) -> None:
    labels = {"app": "raw"}
    spec: Any = {
        "selector": {"match_labels": labels},
        "template": {
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "raw", "image": image, **container}]},
        },
    }
    k8s.apps.v1.Deployment("raw", metadata={"name": "raw", "namespace": "team"}, spec=spec)


def checked(
    program: Callable[[], object], monkeypatch: pytest.MonkeyPatch, *, preview: bool = True, prefix: str = OWN
) -> Graph:
    def whole() -> None:
        refuse_bad_workloads(lambda: prefix)
        program()

    return run(whole, monkeypatch, preview=preview)


def refused(program: Callable[[], object], monkeypatch: pytest.MonkeyPatch, *, preview: bool = True) -> str:
    with pytest.raises(RefusedError) as caught:
        checked(program, monkeypatch, preview=preview)
    assert caught.value.code == 32  # the user was told: Pulumi adds nothing
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


def test_what_can_work_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def program() -> None:
        deployment(GOOD, image_pull_policy="IfNotPresent")
        app(image=GOOD, name="ours")

    for preview in (True, False):
        graph = checked(program, monkeypatch, preview=preview)
        assert {each.name for each in graph.all("kubernetes:apps/v1:Deployment")} == {"raw", "ours"}


def test_everything_that_is_wrong_comes_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def program() -> None:
        deployment("web:latest", image_pull_policy="Never", liveness_probe={"http_get": {"port": "web"}})
        k8s.batch.v1.CronJob(
            "nightly",
            spec={
                "schedule": "0 0 * * *",
                "job_template": {
                    "spec": {"template": {"spec": {"containers": [{"name": "a", "image": f"{OWN}/job:1"}]}}}
                },
            },
        )

    message = refused(program, monkeypatch)
    assert message.startswith("4 mistakes in what the program deploys, nothing was changed\n")
    assert "Deployment raw: container 'raw' has imagePullPolicy Never" in message
    assert "Deployment raw: container 'raw' has image 'web:latest': it names no registry" in message
    assert "Deployment raw: container 'raw' has a livenessProbe at port 'web'" in message
    assert "CronJob nightly: container 'a' has image '127.0.0.1:5050/job:1': a tag of this stack's registry" in message


def test_what_a_transformation_makes_of_our_own_app_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != "kubernetes:apps/v1:Deployment":
            return None
        spec: Any = args.props["spec"]
        spec["template"]["spec"]["containers"][0]["image_pull_policy"] = "Never"
        return pulumi.ResourceTransformationResult(args.props, args.opts)

    def program() -> None:
        pulumi.runtime.register_stack_transformation(never)
        app(image=GOOD, name="ours")

    assert "Deployment ours: container 'ours' has imagePullPolicy Never" in refused(program, monkeypatch)


def test_what_is_not_known_yet_is_fine_and_hides_nothing_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def later() -> pulumi.Output[str]:
        return k8s.core.v1.ConfigMap("pending").metadata.apply(lambda metadata: str(metadata.uid))

    checked(lambda: deployment(later()), monkeypatch)
    message = refused(lambda: deployment(later(), image_pull_policy="Never"), monkeypatch)
    assert message.startswith("1 mistake ")
    assert "imagePullPolicy Never" in message


def test_a_secret_is_looked_at_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    message = refused(lambda: deployment(pulumi.Output.secret("canary:1")), monkeypatch)
    assert "has image a secret value: it names no registry" in message
    assert "canary" not in message


def test_an_up_is_ended_at_once_as_the_user_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []

    def program() -> None:
        refuse_bad_workloads(lambda: OWN, end=ended.append)
        deployment("web")

    graph = run(program, monkeypatch, preview=False)
    assert ended == [32]
    assert [text for severity, text in graph.logs if severity == ERROR] == [
        "1 mistake in what the program deploys, none of it was deployed\n\n"
        f"  Deployment raw: container 'raw' has image 'web': it names no registry; write {OWN}/…@sha256:…, "
        "or docker.io/… if meant"
    ]


def test_a_service_to_a_port_that_no_pod_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def program(target: int | str) -> None:
        deployment(GOOD, ports=[{"name": "http", "container_port": 8080}])
        k8s.core.v1.Service(
            "raw",
            metadata={"namespace": "team"},
            spec={"selector": {"app": "raw"}, "ports": [{"port": 80, "target_port": target}]},
        )

    checked(lambda: program("http"), monkeypatch)
    checked(lambda: program(8080), monkeypatch)
    assert "targetPort 'web' (TCP) is none of its pods' ports, http 8080/TCP" in refused(
        lambda: program("web"), monkeypatch
    )
    assert "Service raw: targetPort 5000" in refused(lambda: program(5000), monkeypatch)


def test_an_up_without_a_preview_is_judged_at_its_end_for_what_objects_need_of_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def program() -> None:
        pod: Any = {"image_pull_secrets": [{"name": "registry"}], "containers": [{"name": "a", "image": GOOD}]}
        k8s.core.v1.Pod("raw", metadata={"namespace": "team"}, spec=pod)
        AppNamespace("team", {"name": "team", "pull_secret": "{}"})
        deployment(GOOD, ports=[{"name": "http", "container_port": 8080}])
        k8s.core.v1.Service(
            "raw",
            metadata={"namespace": "team"},
            spec={"selector": {"app": "raw"}, "ports": [{"port": 80, "target_port": 5000}]},
        )

    message = refused(program, monkeypatch, preview=False)
    assert message.startswith("2 mistakes in what the program deploys, it was deployed\n")
    assert "Pod raw: imagePullSecrets names 'registry', and nothing makes that pull secret" in message
    assert "Service raw: targetPort 5000" in message


def test_objects_of_every_kind_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    never: Any = {"containers": [{"name": "a", "image": GOOD, "image_pull_policy": "Never"}]}
    wire = {"containers": [{"name": "a", "image": GOOD, "imagePullPolicy": "Never"}]}

    def program() -> None:
        k8s.core.v1.PodTemplate("template", template={"spec": never})
        k8s.apps.v1.DeploymentPatch("patch", metadata={"name": "b"}, spec={"template": {"spec": never}})
        k8s.core.v1.PodList("list", items=[{"metadata": {"name": "c"}, "spec": never}])
        k8s.apiextensions.CustomResource(
            "rollout", api_version="argoproj.io/v1alpha1", kind="Rollout", spec={"template": {"spec": wire}}
        )

    message = refused(program, monkeypatch)
    assert message.startswith("4 mistakes ")
    for each in ("PodTemplate template", "DeploymentPatch patch", "Pod list", "Rollout rollout"):
        assert f"{each}: container 'a' has imagePullPolicy Never" in message


def test_a_variable_is_in_clear_unless_it_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    def program(value: pulumi.Input[str]) -> None:
        deployment(GOOD, env=[{"name": "DB_PASSWORD", "value": value}])

    checked(lambda: program(pulumi.Output.secret("canary")), monkeypatch)
    message = refused(lambda: program("canary"), monkeypatch)
    assert "has a secret in clear in env 'DB_PASSWORD'" in message
    assert "canary" not in message


def test_a_pull_secret_that_nothing_makes_is_refused_whatever_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def program(secret: str) -> None:
        pod: Any = {
            "image_pull_secrets": [{"name": secret}],
            "containers": [{"name": "a", "image": GOOD}],
        }
        k8s.core.v1.Pod("raw", metadata={"namespace": "team"}, spec=pod)
        AppNamespace("team", {"name": "team", "pull_secret": "{}"})

    message = refused(lambda: program("registry"), monkeypatch)
    assert "Pod raw: imagePullSecrets names 'registry', and nothing makes that pull secret" in message


def test_a_secret_of_a_type_that_is_not_known_yet_may_be_the_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def program() -> None:
        later = k8s.core.v1.ConfigMap("pending").metadata.apply(lambda metadata: str(metadata.uid))
        pod: Any = {"image_pull_secrets": [{"name": "pull"}], "containers": [{"name": "a", "image": GOOD}]}
        k8s.core.v1.Pod("raw", metadata={"namespace": "team"}, spec=pod)
        k8s.core.v1.Secret("pull", metadata={"name": "pull", "namespace": "team"}, type=later)
        AppNamespace("team", {"name": "team"})

    checked(program, monkeypatch)
