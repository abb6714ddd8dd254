"""The pod that pulls and runs nothing: what it takes over of the app's, and what not."""

from typing import Any

import pytest

from pulls.kubelet.node_affinity import may_land_on
from pulls.kubelet.node_classes import node_classes
from pulls.rehearsal.pod import COMMAND, LABEL, Rehearsal, images, pull_inputs, rehearsal_pod, run_images
from tests.unit.fake_cluster import node

Json = dict[str, Any]

ZONE: Json = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": []}]}}
PLACE: Json = {
    "serviceAccountName": "web",
    "imagePullSecrets": [{"name": "regcred"}],
    "tolerations": [{"key": "gpu", "operator": "Exists"}],
    "runtimeClassName": "gvisor",
    "schedulerName": "own",
    "nodeSelector": {"disk": "ssd"},
    "priorityClassName": "high",
}
ASKS = {"requests": {"cpu": "500m"}, "limits": {"memory": "1Gi"}}
SPEC: Json = {
    **PLACE,
    "affinity": {"nodeAffinity": ZONE, "podAntiAffinity": {"required": []}},
    "topologySpreadConstraints": [{"maxSkew": 1}],
    "volumes": [{"name": "data"}],
    "initContainers": [
        {"name": "migrate", "image": "r.example.com/migrate:1"},
        {"name": "proxy", "image": "r.example.com/proxy:1", "restartPolicy": "Always"},
    ],
    "containers": [
        {"name": "web", "image": "r.example.com/web:1", "command": ["/app"], "resources": ASKS, "ports": [{}]},
        {"name": "log", "image": "r.example.com/proxy:1", "envFrom": [{}]},
    ],
}


def made(spec: Json, labels: tuple[tuple[str, str], ...] = (), **how: Any) -> Json:
    return rehearsal_pod(Rehearsal("shop", "web", spec), "m4rk", labels=labels, deadline=99, **how)


def test_every_image_is_pulled_once_and_beside_the_others() -> None:
    pod = made(SPEC)["spec"]
    pulled = ["r.example.com/migrate:1", "r.example.com/proxy:1", "r.example.com/web:1"]
    assert images(SPEC) == pulled
    assert [each["image"] for each in pod["containers"]] == pulled
    assert len({each["name"] for each in pod["containers"]}) == len(pulled)
    assert "initContainers" not in pod


def test_nothing_of_the_app_runs_and_nothing_of_it_is_mounted() -> None:
    pod = made(SPEC)["spec"]
    for each in pod["containers"]:
        assert each["command"] == [COMMAND]
        assert each["imagePullPolicy"] == "Always"
        assert each.keys() == {"name", "image", "imagePullPolicy", "command", "resources", "securityContext"}
    assert (pod["restartPolicy"], pod["automountServiceAccountToken"]) == ("Never", False)
    assert not {"volumes", "topologySpreadConstraints"} & pod.keys()


def test_it_has_the_apps_right_to_pull_and_its_place() -> None:
    pod = made(SPEC)["spec"]
    assert {key: pod[key] for key in PLACE} == PLACE
    assert pod["affinity"] == {"nodeAffinity": ZONE}  # the app's own pods must not keep it away


def test_what_the_app_does_not_say_is_not_said() -> None:
    pod = made({"containers": [{"name": "web", "image": "web"}], "tolerations": [], "affinity": None})["spec"]
    assert not {*PLACE, "affinity"} & pod.keys()


def test_the_nodes_labels_come_to_the_selector() -> None:
    labels = (("kubernetes.io/arch", "arm64"),)
    assert made(SPEC, labels)["spec"]["nodeSelector"] == {"disk": "ssd", "kubernetes.io/arch": "arm64"}
    assert SPEC["nodeSelector"] == {"disk": "ssd"}


EMPTY: Json = {"matchExpressions": []}
TERM: Json = {"matchExpressions": [{"key": "zone", "operator": "Exists"}]}
FIELD: Json = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["bare", "pooled"]}]}


@pytest.mark.parametrize("terms", [[], [TERM], [FIELD], [TERM, FIELD], [EMPTY, TERM], [{}, FIELD]])
def test_it_keeps_to_its_own_class_where_that_has_no_pool_and_another_has(terms: list[Json]) -> None:
    nodes = [node("bare", zone="a"), node("pooled", zone="a", labels={"karpenter.sh/nodepool": "spot"})]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}} if terms else {}
    spec = {**SPEC, "nodeSelector": {}, "affinity": {"nodeAffinity": required}}
    classes = node_classes(nodes, spec)
    assert len(classes) == 2
    for each in classes:
        pod = made(spec, each.labels, without=each.without)["spec"]
        assert [name for one in node_classes(nodes, pod) for name in one.nodes] == [*each.nodes]


def test_a_term_that_takes_no_node_takes_none_either_with_labels_that_must_be_absent() -> None:
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [EMPTY]}}
    spec = {**SPEC, "nodeSelector": {}, "affinity": {"nodeAffinity": required}}
    pod = made(spec, without=("karpenter.sh/nodepool",))["spec"]
    assert not may_land_on(node("bare"), pod)


def test_the_cluster_ends_it_even_if_nobody_else_does() -> None:
    pod = made(SPEC)["spec"]
    assert (pod["activeDeadlineSeconds"], pod["terminationGracePeriodSeconds"]) == (99, 0)


def test_no_service_and_no_controller_takes_it_for_one_of_the_apps_pods() -> None:
    metadata = made(SPEC)["metadata"]
    assert metadata["labels"][LABEL] == "m4rk"
    assert metadata["labels"].keys() == {
        LABEL,
        "app.kubernetes.io/component",
        "app.kubernetes.io/managed-by",
        "sidecar.istio.io/inject",
    }
    assert "ownerReferences" not in metadata
    assert (metadata["namespace"], metadata["generateName"]) == ("shop", "web-rehearsal-")


def test_a_long_name_still_leaves_room_for_what_is_generated() -> None:
    name = rehearsal_pod(Rehearsal("shop", "w" * 63, SPEC), "m", labels=(), deadline=1)["metadata"]["generateName"]
    assert len(name) <= 58  # kubernetes cuts longer ones (apiserver v0.34 pkg/storage/names/generate.go)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        (None, {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}),
        (
            {"runAsUser": 7, "fsGroup": 8, "sysctls": []},
            {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}, "runAsUser": 7},
        ),
        (
            {"runAsGroup": 9, "seccompProfile": {"type": "Localhost"}},
            {"runAsNonRoot": True, "seccompProfile": {"type": "Localhost"}, "runAsGroup": 9},
        ),
    ],
)
def test_restricted_pod_security_takes_it(given: Json | None, used: Json) -> None:
    pod = made({**SPEC, "securityContext": given})["spec"]
    assert pod["securityContext"] == used
    for each in pod["containers"]:
        assert each["securityContext"]["allowPrivilegeEscalation"] is False
        assert each["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert "privileged" not in each["securityContext"]


def test_it_asks_for_little_unless_the_namespace_wants_more() -> None:
    little = made(SPEC)["spec"]["containers"][0]["resources"]
    assert {kind: {*little[kind]} for kind in little} == {
        "requests": {"cpu", "memory"},
        "limits": {"cpu", "memory"},
    }
    assert [each["resources"] for each in made(SPEC, own_resources=True)["spec"]["containers"]] == [ASKS] * 3
    bare = {"containers": [{"name": "web", "image": "web"}]}
    assert made(bare, own_resources=True)["spec"]["containers"][0]["resources"] == {}


MODEL: Json = {"name": "model", "image": {"reference": "r.example.com/model:1", "pullPolicy": "IfNotPresent"}}


def test_images_that_are_mounted_are_pulled_too_and_never_run() -> None:
    empty: Json = {"name": "empty", "image": {}}
    spec: Json = {**SPEC, "volumes": [{"name": "data"}, MODEL, empty]}
    pod = made(spec)["spec"]
    assert [each["image"] for each in pod["containers"]] == [*images(SPEC), "r.example.com/model:1"]
    assert pod["containers"][-1]["command"] == [COMMAND]
    assert run_images(spec) == images(SPEC)
    assert images({**spec, "containers": [{"image": "r.example.com/model:1"}], "initContainers": []}) == [
        "r.example.com/model:1"
    ]


SECOND = {"name": "log", "image": "r.example.com/log:2"}
CHANGES: list[tuple[Json, bool]] = [
    ({"containers": [{"name": "web", "image": "r.example.com/web:2"}]}, True),
    ({"containers": [*SPEC["containers"], SECOND]}, True),
    ({"initContainers": [{"name": "migrate", "image": "r.example.com/migrate:2"}]}, True),
    ({"imagePullSecrets": [{"name": "other"}]}, True),
    ({"serviceAccountName": "other"}, True),
    ({"nodeSelector": {"disk": "hdd"}}, True),
    ({"tolerations": []}, True),
    ({"runtimeClassName": None}, True),
    ({"affinity": {"nodeAffinity": {}}}, True),
    ({"affinity": {"nodeAffinity": ZONE}}, False),
    ({"volumes": []}, False),
    ({"volumes": [{"name": "data"}, MODEL]}, True),
    ({"priorityClassName": "low"}, False),
    ({"securityContext": {"runAsUser": 7}}, False),
    ({"terminationGracePeriodSeconds": 60}, False),
    ({"containers": [{**each, "env": [{}], "resources": {}} for each in SPEC["containers"]]}, False),
    ({"containers": [{**each, "name": f"{each['name']}-2", "args": []} for each in SPEC["containers"]]}, False),
]


@pytest.mark.parametrize(("change", "matters"), CHANGES)
def test_only_what_decides_about_a_pull_asks_for_another_rehearsal(change: Json, *, matters: bool) -> None:
    assert (pull_inputs({**SPEC, **change}) != pull_inputs(SPEC)) is matters
