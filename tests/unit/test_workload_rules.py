"""Which workloads cannot pull or serve."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.workload_pods import WITH_TEMPLATE
from components.workload_ports import service_problems
from components.workload_rules import HiddenText, problems

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
        ("quay.io/team/web:None", "a value that is missing"),
        ("quay.io:99999/team/web:1", "it is not an image reference"),
        ("quay.io:0/team/web:1", "it is not an image reference"),
        ("quay..io/team/web:1", "it is not an image reference"),
        (f"quay.io/{'a' * 256}:1", "of 255 characters at most"),
        (f"quay.io/team/web:{'t' * 129}@{DIGEST}", "its tag is longer than 128 characters"),
        (
            f"other.azurecr.io/web@{DIGEST}",
            "nodes may pull from me.azurecr.io/team, not from other.azurecr.io; copy it",
        ),
        (f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/web@{DIGEST}", "copy it there"),
        (f"europe-docker.pkg.dev/team/web/web@{DIGEST}", "copy it there"),
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
        f"quay.io/team/web@sha512:{'a' * 128}",
        f"quay.io/team/web:None@{DIGEST}",
        f"public.ecr.aws/team/web@{DIGEST}",
        f"mcr.microsoft.com/team/web@{DIGEST}",
        f"gcr.io/distroless/static@{DIGEST}",
        f"602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/coredns@{DIGEST}",
        f"quay.io/{'a' * 255}:1",
        "localhost:5001/web:1",
        LATER,
    ],
)
def test_an_image_that_is_one_is_left_alone(image: Any) -> None:
    assert found(of(image)) == []


def test_the_stacks_own_registry_is_judged_only_when_it_is_known() -> None:
    assert found(of(f"{OWN}/web:1"), prefix=None) == []


def test_another_clouds_registry_needs_a_login() -> None:
    other = of(f"other.azurecr.io/web@{DIGEST}")
    assert found(other | {"imagePullSecrets": [{"name": "a"}]}) == []
    assert found(other, prefix=None) == []
    assert found(of(f"ME.azurecr.io/web@{DIGEST}")) == []


@pytest.mark.parametrize("policy", ["always", "never", "IfNotPresents"])
def test_a_policy_that_is_none_is_refused(policy: str) -> None:
    assert found(of(GOOD, imagePullPolicy=policy)) == [
        f"Pod x: container 'a' has imagePullPolicy {policy!r}, which is none; use IfNotPresent"
    ]


def test_all_that_pulls_is_looked_at() -> None:
    later = of(GOOD) | {"ephemeralContainers": [{"name": "e", "image": GOOD, "imagePullPolicy": "Never"}]}
    assert "container 'e' has imagePullPolicy Never" in found(later)[0]
    volume = {"name": "v", "image": {"reference": "web", "pullPolicy": "Never"}}
    first, second = found(of(GOOD) | {"volumes": [volume]})
    assert "volume 'v' has imagePullPolicy Never" in first
    assert "volume 'v' has image 'web': it names no registry" in second
    # An empty one is for another to fill in, and other volumes have none.
    assert found(of(GOOD) | {"volumes": [{"image": {"reference": ""}}, {"emptyDir": {}}, {"image": LATER}]}) == []


def test_a_secret_in_clear_is_refused_and_never_shown() -> None:
    (only,) = found(of(GOOD, env=[{"name": "DB_PASSWORD", "value": "hunter2"}]))
    assert "has a secret in clear in env 'DB_PASSWORD' (known by its name); use valueFrom.secretKeyRef" in only
    assert "hunter2" not in only
    fine: list[Any] = [
        {"name": "DB_PASSWORD", "value": HiddenText("hunter2")},
        {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}},
        {"name": "DB_PASSWORD", "value": LATER},
        {"name": "DB_PASSWORD_FILE", "value": "/run/secrets/a"},
        {"name": LATER, "value": "x"},
        LATER,
    ]
    assert found(of(GOOD, env=fine)) == []


@pytest.mark.parametrize(
    ("command", "where"),
    [
        (["app", "--db-password=hunter2"], "in its command after '--db-password' (known by its name)"),
        (["app", "--api-key", "hunter2", "run"], "in its command after '--api-key' (known by its name)"),
        (["env", "DB_PASSWORD=hunter2", "app"], "in its command after 'DB_PASSWORD' (known by its name)"),
        (["sh", "-c", "curl postgres://me:hunter2@db/x"], "in its command after '-c' (an address with a password)"),
        (["https://me:hunter2@git.example.com/x"], "in its command (an address with a password)"),
    ],
)
def test_a_secret_in_clear_among_the_words_of_a_command_is_refused_and_never_shown(
    command: list[str], where: str
) -> None:
    for words in ({"command": command}, {"args": command}, {"command": command[:1], "args": command[1:]}):
        (only,) = found(of(GOOD, **words))
        assert f"container 'a' has a secret in clear {where}; use $(NAME), of env with valueFrom.secretKeyRef" in only
        assert "hunter2" not in only


@pytest.mark.parametrize(
    "command",
    [
        ["app", "--db-password", HiddenText("hunter2")],
        [LATER, "--password", LATER],
        ["app", "--password=$(DB_PASSWORD)"],
        ["app", "--password-file", "/run/secrets/a", "--max-tokens", "5"],
        ["app", "--password", "--verbose"],
        ["app", "--password"],
        ["token", "hunter2"],
        LATER,
    ],
)
def test_a_command_without_a_secret_in_clear_is_fine(command: Any) -> None:
    assert found(of(GOOD, command=command)) == []


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
    assert len(problems("Rollout", "x", spec, OWN, None)) == 1
    assert len(problems(f"{kind}Patch", "x", spec, OWN, None)) == 1
    assert problems("Widget", "x", {"template": {"spec": {"containers": "three"}}}, OWN, None) == []
    assert problems("Widget", "x", {"template": "web"}, OWN, None) == []


def test_a_list_has_the_mistakes_of_its_objects() -> None:
    named = {"metadata": {"name": "p"}, "spec": of("web")}
    assert problems("PodList", "l", {"items": [named]}, OWN, None)[0].startswith("Pod p of l: container 'a'")
    template = {"template": {"spec": of("web")}}
    assert len(problems("PodTemplateList", "l", {"items": [template, template]}, OWN, None)) == 2
    assert len(problems("PodTemplate", "l", template, OWN, None)) == 1
    assert problems("List", "l", {"items": [{"kind": "Job", "spec": template}]}, OWN, None)[0].startswith("Job l: ")


def test_of_a_patch_or_a_custom_resource_more_ports_may_come() -> None:
    spec = {"template": {"spec": of(GOOD, readinessProbe={"httpGet": {"port": "web"}})}}
    assert len(problems("Deployment", "x", spec, OWN, None)) == 1
    assert problems("DeploymentPatch", "x", spec, OWN, None) == []
    assert problems("Rollout", "x", spec, OWN, None) == []


def test_init_containers_and_several_mistakes_all_come() -> None:
    spec = {"initContainers": [{"name": "i", "image": "web", "imagePullPolicy": "Never"}], **of("web:1")}
    assert [each.split(" has ")[0] for each in found(spec)] == ["Pod x: container 'i'"] * 2 + ["Pod x: container 'a'"]


def probed(port: Any, ports: Any = ()) -> list[str]:
    return found(of(GOOD, readinessProbe={"httpGet": {"port": port}}, ports=ports))


def test_a_probe_leads_to_a_port_of_its_container() -> None:
    http = [{"name": "http", "containerPort": 8080}]
    assert probed("http", http) == []
    assert probed("8080", http) == []
    assert probed(8080, http) == []
    assert probed(9090) == []  # what declares nothing may listen anywhere
    assert (
        "has a readinessProbe at port 9090, which its pod does not declare (8080); declare it" in probed(9090, http)[0]
    )
    assert probed(LATER, http) == []
    assert "has a readinessProbe at port 'web', and declares no port of that name" in probed("web", http)[0]
    assert len(probed("web")) == 1


HTTP = [{"name": "http", "containerPort": 8080}]


def test_a_number_may_be_a_port_of_another_container_or_machine() -> None:
    asking = {"livenessProbe": {"httpGet": {"port": 15000}}}
    sidecar = {"name": "s", "restartPolicy": "Always", "ports": [{"containerPort": 15000}]}
    assert len(found(of(GOOD, ports=HTTP, **asking))) == 1
    assert found(of(GOOD, ports=HTTP, **asking) | {"initContainers": [sidecar]}) == []
    assert found(of(GOOD, ports=HTTP, **asking) | {"hostNetwork": True}) == []
    assert found(of(GOOD, ports=HTTP, livenessProbe={"httpGet": {"port": 1, "host": "10.0.0.1"}})) == []


@pytest.mark.parametrize(
    ("asking", "wrong"),
    [
        ({"livenessProbe": {"grpc": {"port": 9090}}}, "a livenessProbe at port 9090"),
        ({"startupProbe": {"tcpSocket": {"port": 9090}}}, "a startupProbe at port 9090"),
        ({"lifecycle": {"preStop": {"httpGet": {"port": "web"}}}}, "a preStop hook at port 'web'"),
        ({"lifecycle": {"postStart": {"tcpSocket": {"port": "web"}}}}, "a postStart hook at port 'web'"),
    ],
)
def test_every_way_to_ask_a_port_is_looked_at(asking: dict[str, Any], wrong: str) -> None:
    assert wrong in found(of(GOOD, ports=HTTP, **asking))[0]


@pytest.mark.parametrize("name", ["a-very-long-port-name", "HTTP", "8080", "a--b", "-a", "a_b"])
def test_a_port_name_that_kubernetes_refuses(name: str) -> None:
    (only,) = found(of(GOOD, ports=[{"name": name, "containerPort": 8080}]))
    assert f"has a port named {name!r}" in only


def test_a_port_name_is_there_once() -> None:
    twice = [{"name": "http", "containerPort": 8080}, {"name": "http", "containerPort": 8081}]
    assert found(of(GOOD, ports=twice)) == ["Pod x: container 'a' has two ports named 'http'"]
    without = [{"containerPort": 8080}, {"containerPort": 8081}, {"name": LATER}, {"name": LATER}]
    assert found(of(GOOD, ports=without)) == []
    other = {"name": "b", "image": GOOD, "ports": [{"name": "fifteen-letters", "containerPort": 8081}]}
    assert found(pod(*of(GOOD, ports=[{"name": "fifteen-letters"}])["containers"], other)) == []


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


@given(kind=st.sampled_from(["Pod", "Deployment", "CronJob", "Rollout"]), spec=st.dictionaries(st.text(), JSON))
def test_no_shape_of_an_object_breaks_the_check(kind: str, spec: dict[str, Any]) -> None:
    problems(kind, "x", {"containers": [spec], "template": spec, "jobTemplate": spec, **spec}, OWN, set())
    problems(f"{kind}List", "x", {"items": [spec, {"spec": {"containers": [{"env": spec, "ports": spec}]}}]}, OWN, None)
    service_problems("x", spec, [spec, {"containers": [spec]}])


@given(st.text(min_size=3))
def test_a_secret_text_is_never_shown(text: str) -> None:
    secret = HiddenText(f"canary{text}canary")
    port: Any = {"name": secret, "containerPort": 1}
    spec = of(secret, imagePullPolicy=secret, readinessProbe={"httpGet": {"port": secret}}, ports=[port, port])
    spec["containers"][0]["env"] = [{"name": HiddenText(f"{secret.upper()}_TOKEN"), "value": "x"}]
    spec["containers"][0]["name"] = secret
    every = found(spec | {"imagePullSecrets": [{"name": secret}]}, {secret[:3]})
    every += service_problems(
        secret, {"ports": [{"port": secret}]}, [of("", ports=[{"name": secret, "containerPort": 1}])]
    )
    for cloud in ("canary.azurecr.io/a:1", "canary.azurecr.io/a:None", "canary/a:" + "t" * 129):
        every += found(of(HiddenText(cloud)))
    assert "canary" not in "".join(every).lower()
    assert "canary" not in f"{secret}{secret!r}{secret!s}{secret:>20}"
