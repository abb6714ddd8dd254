"""What the objects of one program need of each other."""

from typing import Any

import pytest

from components.workload_relations import (
    Workload,
    each_object,
    has_pods,
    made_secrets,
    own_problems,
    relation_problems,
)

LATER = object()
DOCKER = "kubernetes.io/dockerconfigjson"
IMAGE = "quay.io/team/web@sha256:" + "a" * 64


def made(kind: str, name: Any = None, namespace: Any = None, **more: Any) -> Workload:
    given = {"name": name, "namespace": namespace}
    metadata = {key: value for key, value in given.items() if value is not None}
    return Workload(kind, "resource", {"metadata": metadata, **more})


NAMESPACE = made("core/v1:Namespace", "team")
SECRET = made("core/v1:Secret", "pull", "team", type=DOCKER)


def test_a_namespace_of_the_program_has_the_pull_secrets_that_it_makes() -> None:
    others = [made("core/v1:Secret", "plain", "team", type="Opaque"), made("core/v1:Secret", "a", "b", type=DOCKER)]
    assert made_secrets([SECRET, *others, NAMESPACE], "team") == {"pull"}
    assert made_secrets([NAMESPACE], "team") == set()
    assert made_secrets([NAMESPACE, made("core/v1:Secret", "pull", "team", type=LATER)], "team") == {"pull"}


@pytest.mark.parametrize(
    "objects",
    [
        [SECRET],
        [SECRET, made("core/v1:Namespace", "other")],
        [SECRET, made("core/v1:Namespace", LATER)],
        [NAMESPACE, made("core/v1:Secret", None, "team", type=DOCKER)],
        [NAMESPACE, made("core/v1:Secret", "pull", LATER, type=DOCKER)],
        [NAMESPACE, made("external-secrets.io/v1:ExternalSecret", "pull", "team")],
        [NAMESPACE, made("helm.sh/v3:Release", "chart")],
    ],
)
def test_where_others_may_make_secrets_nothing_is_known(objects: list[Workload]) -> None:
    assert made_secrets(objects, "team") is None
    assert made_secrets(objects, None) is None


def test_the_groups_of_kubernetes_itself_make_nothing_of_their_own() -> None:
    beside = [
        made("networking.k8s.io/v1:Ingress"),
        made("apps/v1:Deployment"),
        made("rbac.authorization.k8s.io/v1:Role"),
    ]
    assert made_secrets([NAMESPACE, SECRET, *beside], "team") == {"pull"}


def pods(labels: Any, port: int, namespace: Any = "team") -> Workload:
    container = {"name": "a", "image": IMAGE, "ports": [{"containerPort": port}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    return made("apps/v1:Deployment", "web", namespace, spec={"template": template})


def service(selector: Any, namespace: Any = "team") -> Workload:
    return made("core/v1:Service", "web", namespace, spec={"selector": selector, "ports": [{"port": 80}]})


WEB = {"app": "web"}


@pytest.mark.parametrize(
    ("objects", "wrong"),
    [
        ([service(WEB), pods(WEB, 8080)], True),
        ([pods({**WEB, "more": "x"}, 8080), service(WEB)], True),
        ([service(WEB, LATER), pods(WEB, 8080, LATER)], True),
        ([service(WEB), pods(WEB, 80)], False),
        ([service(WEB), pods(WEB, 8080), pods(WEB, 80)], False),
        ([service(WEB), pods({"app": "other"}, 8080)], False),
        ([service(WEB), pods(WEB, 8080, "elsewhere")], False),
        ([service(WEB), pods({"app": LATER}, 8080)], False),
        ([service({"app": LATER}), pods(WEB, 8080)], False),
        ([service(LATER), pods(WEB, 8080)], False),
        ([service({}), pods(WEB, 8080)], False),
    ],
)
def test_a_service_is_judged_by_the_pods_that_it_selects(objects: list[Workload], wrong: bool) -> None:
    assert bool(relation_problems(objects, None)) is wrong


def test_a_pod_has_the_labels_of_its_own() -> None:
    pod = Workload("core/v1:Pod", "p", {"metadata": {"labels": WEB}, "spec": {"containers": [{"image": "web"}]}})
    assert pod.labels == WEB
    assert len(relation_problems([pod], None)) == 1


def test_the_objects_in_a_list_count_as_any_other() -> None:
    listed = made("apps/v1:DeploymentList", items=[dict(pods(WEB, 8080).inputs)])
    assert len(relation_problems([listed, service(WEB)], None)) == 1
    assert relation_problems([listed, pods(WEB, 80), service(WEB)], None) == []
    secrets = made("core/v1:SecretList", items=[dict(SECRET.inputs)])
    assert made_secrets(each_object(secrets), "team") == made_secrets([SECRET], "team")
    pod = {"metadata": {"namespace": "team"}, "spec": {"imagePullSecrets": [{"name": "pull"}]}}
    lone = made("core/v1:PodList", items=[pod])
    assert relation_problems([NAMESPACE, secrets, lone], None) == []
    assert len(relation_problems([NAMESPACE, lone], None)) == 1


@pytest.mark.parametrize("token", ["argoproj.io/v1alpha1:Rollout", "apps/v1:DeploymentPatch"])
def test_pods_of_which_not_all_is_known_may_serve_any_port(token: str) -> None:
    other = Workload(token, "other", pods(WEB, 9090).inputs)
    assert len(relation_problems([pods(WEB, 8080), service(WEB)], None)) == 1
    assert relation_problems([pods(WEB, 8080), other, service(WEB)], None) == []


def test_a_pod_template_makes_no_pod() -> None:
    fields = {"metadata": {"namespace": "team"}, "template": pods(WEB, 80).spec["template"]}
    template = Workload("core/v1:PodTemplate", "t", fields)
    assert len(relation_problems([pods(WEB, 8080), template, service(WEB)], None)) == 1


def test_what_makes_pods_is_known() -> None:
    assert has_pods(pods(WEB, 8080))
    assert has_pods(Workload("apps/v1:DeploymentList", "l", {"items": [pods(WEB, 8080).inputs]}))
    assert has_pods(Workload("argoproj.io/v1alpha1:Rollout", "r", pods(WEB, 8080).inputs))
    assert not has_pods(service(WEB))
    assert own_problems(pods(WEB, 8080), None) == []


def ingress(name: str | object, kind: str = "networking.k8s.io/v1:Ingress") -> Workload:
    return Workload(kind, "web", {"metadata": {"name": "web"}, "spec": {"ingressClassName": name}})


CLASS = Workload("networking.k8s.io/v1:IngressClass", "own", {"metadata": {"name": "nginx"}, "spec": {}})
UNNAMED = Workload("networking.k8s.io/v1:IngressClass", "own", {"metadata": {}, "spec": {}})
CHART = Workload("helm.sh/v3:Release", "nginx", {})


@pytest.mark.parametrize(
    ("objects", "there", "wrong"),
    [
        ([ingress("nginx")], ("traefik",), True),
        ([ingress("nginx")], (), True),
        ([ingress("traefik")], ("traefik",), False),
        ([ingress("nginx")], None, False),
        ([ingress(LATER)], ("traefik",), False),
        ([ingress(None)], ("traefik",), False),
        ([ingress("nginx"), CLASS], ("traefik",), False),
        ([ingress("nginx"), UNNAMED], ("traefik",), False),
        ([ingress("nginx"), CHART], ("traefik",), False),
        ([ingress("nginx", "traefik.io/v1alpha1:Ingress")], ("traefik",), False),
    ],
)
def test_an_ingress_names_a_class_that_is_there_or_made(
    objects: list[Workload], there: tuple[str, ...] | None, wrong: bool
) -> None:
    found = relation_problems(objects, None, there)
    assert bool(found) is wrong
    if wrong:
        assert found[0].startswith("Ingress web: no IngressClass 'nginx' in the cluster")
