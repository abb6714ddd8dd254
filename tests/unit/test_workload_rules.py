"""Which workloads cannot pull or serve."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.workload_ports import service_problems
from components.workload_rules import WITH_TEMPLATE, HiddenText, problems

DIGEST = "sha256:" + "0123456789abcdef" * 4
OWN = "me.azurecr.io/team"
GOOD = f"{OWN}/web@{DIGEST}"
LATER = object()


def pod(*containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"containers": list(containers), **more}


def of(image: Any, **more: Any) -> dict[str, Any]:
    return pod({"name": "a", "image": image, **more})


def found(spec: dict[str, Any], made: set[str] | None = None, prefix: str | None = OWN) -> list[str]:
    return problems("Pod", "x", spec, prefix, made)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ("web", "it names no registry; write me.azurecr.io/team/…@sha256:…, or docker.io/… if meant"),
        ("team/web:1.2", "it names no registry"),
        (f"web@{DIGEST}", "it names no registry"),
        ("<none>", "what a failed push or build leaves"),
        ("<none>:<none>", "what a failed push or build leaves"),
        ("", "what a failed push or build leaves"),
        (DIGEST, "the id of a local image"),
        (f"{OWN}/web@sha256:abc", "what follows the @ is not sha256:"),
        (f"{OWN}/Web@{DIGEST}", "it is not an image reference"),
        (f"https://{OWN}/web", "it is not an image reference"),
        (f"{OWN}/web:a b", "it is not an image reference"),
        (f"{OWN}/web:1.2", "a tag of this stack's registry can move"),
        (f"{OWN}/web", "a tag of this stack's registry can move"),
        ("quay.io/team/web", "it is another image tomorrow"),
        ("quay.io/team/web:latest", "it is another image tomorrow"),
    ],
)
def test_an_image_that_is_no_certain_one_is_refused(image: str, reason: str) -> None:
    (only,) = found(of(image))
    assert only.startswith(f"Pod x: container 'a' has image {image!r}: ")
    assert reason in only


@pytest.mark.parametrize(
    "image",
    [
        GOOD,
        f"{OWN}/web:1@{DIGEST}",
        f"quay.io/team/web@{DIGEST}",
        "quay.io/team/web:1.2",
        "docker.io/library/redis:7",
        "me.azurecr.io/teamster/web:1",
        "localhost:5001/web:1",
        LATER,
    ],
)
def test_an_image_that_is_one_is_left_alone(image: Any) -> None:
    assert found(of(image)) == []


def test_the_stacks_own_registry_is_judged_only_when_it_is_known() -> None:
    assert found(of(f"{OWN}/web:1"), prefix=None) == []


def test_a_policy_that_needs_luck_is_refused() -> None:
    assert "imagePullPolicy Never" in found(of(GOOD, imagePullPolicy="Never"))[0]
    assert "may be another image on each node" in found(of("quay.io/a/b:1", imagePullPolicy="Always"))[0]
    for policy in ("IfNotPresent", "Always", LATER):
        assert found(of(GOOD, imagePullPolicy=policy)) == []


@pytest.mark.parametrize("kind", WITH_TEMPLATE)
def test_every_kind_with_a_pod_template_is_looked_at(kind: str) -> None:
    spec = {"template": {"spec": of("web")}}
    assert len(problems(kind, "x", spec, OWN, None)) == 1
    assert problems("CronJob", "x", {"jobTemplate": {"spec": spec}}, OWN, None) != []
    assert problems("Widget", "x", spec, OWN, None) == []


def test_init_containers_and_several_mistakes_all_come() -> None:
    spec = {"initContainers": [{"name": "i", "image": "web", "imagePullPolicy": "Never"}], **of("web:1")}
    assert [each.split(" has ")[0] for each in found(spec)] == ["Pod x: container 'i'"] * 2 + ["Pod x: container 'a'"]


def probed(port: Any, ports: Any = ()) -> list[str]:
    return found(of(GOOD, readinessProbe={"httpGet": {"port": port}}, ports=ports))


def test_a_probe_leads_to_a_port_of_its_container() -> None:
    http = [{"name": "http", "containerPort": 8080}]
    assert probed("http", http) == []
    assert probed(9090, http) == []  # numbers need no declaration
    assert "has a readinessProbe at port 'web', and declares no port of that name" in probed("web", http)[0]
    assert len(probed("web")) == 1


@pytest.mark.parametrize("ports", [LATER, [LATER], [{"name": LATER, "containerPort": 1}]])
def test_ports_that_are_not_known_yet_may_be_the_right_ones(ports: Any) -> None:
    assert probed("web", ports) == []
    assert service({"targetPort": "web"}, ports) == []


def test_a_pull_secret_has_to_be_made() -> None:
    spec = of(GOOD) | {"imagePullSecrets": [{"name": "b"}, {"name": LATER}, LATER]}
    assert found(spec, {"b"}) == []
    assert found(spec, None) == []
    assert found(spec, {"c", "d"}) == [
        "Pod x: imagePullSecrets names 'b', and nothing makes that pull secret in its namespace (made there: c, d)"
    ]


def service(port: dict[str, Any], ports: Any) -> list[str]:
    return service_problems("s", {"ports": [{"port": 80, **port}]}, [of(GOOD, ports=ports)])


@pytest.mark.parametrize(
    ("port", "right"),
    [
        ({"targetPort": "http"}, True),
        ({"targetPort": 8080}, True),
        ({"targetPort": 8080.0}, True),
        ({"targetPort": "web"}, False),
        ({"targetPort": 5000}, False),
        ({"targetPort": "http", "protocol": "UDP"}, False),
        ({}, False),
        ({"port": 8080}, True),
        ({"targetPort": LATER}, True),
        ({"targetPort": "http", "protocol": LATER}, True),
    ],
)
def test_a_service_leads_to_a_port_of_its_pods(port: dict[str, Any], right: bool) -> None:
    assert (service(port, [{"name": "http", "containerPort": 8080}]) == []) is right


def test_pods_that_declare_nothing_may_listen_anywhere() -> None:
    assert service({"targetPort": 5000}, []) == []
    assert service_problems("s", {"ports": [{"port": 80}]}, []) == []
    assert service_problems("s", {"ports": [{"port": 80}]}, [{"containers": LATER}]) == []


def test_a_sidecar_serves_too() -> None:
    sidecar = {"name": "s", "restartPolicy": "Always", "ports": [{"containerPort": 15000}]}
    init = {"name": "i", "ports": [{"containerPort": 15001}]}
    spec = of(GOOD, ports=[{"containerPort": 8080}]) | {"initContainers": [sidecar, init]}
    assert service_problems("s", {"ports": [{"port": 15000}]}, [spec]) == []
    assert len(service_problems("s", {"ports": [{"port": 15001}]}, [spec])) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(LATER),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["spec", "containers", "ports"]), inner)
    ),
)


@given(kind=st.sampled_from(["Pod", "Deployment", "CronJob"]), spec=st.dictionaries(st.text(), JSON))
def test_no_shape_of_an_object_breaks_the_check(kind: str, spec: dict[str, Any]) -> None:
    problems(kind, "x", {"containers": [spec], "template": spec, "jobTemplate": spec, **spec}, OWN, set())
    service_problems("x", spec, [spec, {"containers": [spec]}])


@given(st.text(min_size=3))
def test_a_secret_text_is_never_shown(text: str) -> None:
    secret = HiddenText(f"canary{text}canary")
    spec = of(secret, imagePullPolicy=secret, readinessProbe={"httpGet": {"port": secret}})
    spec["containers"][0]["name"] = secret
    every = found(spec | {"imagePullSecrets": [{"name": secret}]}, {secret[:3]})
    every += service_problems(
        secret, {"ports": [{"port": secret}]}, [of("", ports=[{"name": secret, "containerPort": 1}])]
    )
    assert "canary" not in "".join(every)
    assert "canary" not in f"{secret}{secret!r}{secret!s}{secret:>20}"
