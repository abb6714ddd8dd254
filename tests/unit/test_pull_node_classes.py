"""Which kinds of nodes a pod is rehearsed on."""

from typing import Any

import pytest

from pulls.kubelet.node_classes import NodeClass, node_classes
from tests.unit.fake_cluster import Json, node

GPU = {"key": "gpu", "value": "a100", "effect": "NoSchedule"}


def names(nodes: list[Json], **pod_spec: Any) -> list[str]:
    return [each.name for each in node_classes(nodes, pod_spec)]


def tainted(**taint: str) -> Json:
    return node("node-1", spec={"taints": [taint]})


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        ({}, "linux/amd64"),
        ({"kubernetes.azure.com/agentpool": "system"}, "linux/amd64, pool system"),
        ({"eks.amazonaws.com/nodegroup": "blue"}, "linux/amd64, pool blue"),
        ({"cloud.google.com/gke-nodepool": "default-pool"}, "linux/amd64, pool default-pool"),
        ({"karpenter.sh/nodepool": "spot"}, "linux/amd64, pool spot"),
        ({"team": "blue"}, "linux/amd64"),
    ],
)
def test_nodes_are_alike_by_platform_and_by_each_clouds_pool(labels: dict[str, str], name: str) -> None:
    assert names([node("node-1", labels=labels)]) == [name]


def test_the_class_with_most_nodes_comes_first_and_knows_them() -> None:
    first, second = node_classes([node("c"), node("b", "arm64"), node("a", "arm64")], {})
    assert (first.platform, first.nodes) == ("linux/arm64", ("a", "b"))
    assert (second.platform, second.nodes) == ("linux/amd64", ("c",))
    assert first.labels == (("kubernetes.io/os", "linux"), ("kubernetes.io/arch", "arm64"))


def test_a_class_knows_which_labels_only_others_have() -> None:
    karpenter, eks = "karpenter.sh/nodepool", "eks.amazonaws.com/nodegroup"
    nodes = [node("a"), node("b", labels={karpenter: "spot"}), node("c", labels={eks: "blue"})]
    found = {each.nodes: each.without for each in node_classes(nodes, {})}
    assert found == {("a",): (eks, karpenter), ("b",): (eks,), ("c",): (karpenter,)}


def test_nodes_without_labels_are_any_node_without_a_platform() -> None:
    bare = {"metadata": {"name": "a"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    (found,) = node_classes([bare], {})
    assert (found.name, found.platform, found.labels) == ("any node", "", ())
    assert NodeClass((), ()).name == "any node"


@pytest.mark.parametrize(
    "unfit",
    [
        node("n", ready="False"),
        node("n", ready="Unknown"),
        node("n", spec={"unschedulable": True}),
        {"metadata": {"name": "n"}},
        {"metadata": {"name": "n", "labels": None}, "spec": {"taints": None}, "status": {"conditions": None}},
    ],
)
def test_nodes_that_take_no_pod_now_are_left_out(unfit: Json) -> None:
    assert names([unfit]) == []


@pytest.mark.parametrize(
    ("selector", "fits"),
    [
        (None, True),
        ({"kubernetes.io/arch": "amd64"}, True),
        ({"kubernetes.io/arch": "arm64"}, False),
        ({"disk": "ssd", "kubernetes.io/arch": "amd64"}, True),
        ({"disk": "ssd", "zone": "a"}, False),
    ],
)
def test_only_nodes_that_the_selector_picks_count(selector: dict[str, str] | None, *, fits: bool) -> None:
    assert bool(names([node("n", disk="ssd")], nodeSelector=selector)) is fits


@pytest.mark.parametrize(
    ("toleration", "fits"),
    [
        ({"key": "gpu", "operator": "Exists"}, True),
        ({"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}, True),
        ({"key": "gpu", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "gpu", "operator": "Equal", "value": "a100"}, True),
        ({"key": "gpu", "value": "a100", "effect": ""}, True),
        ({"key": "gpu", "value": "h100"}, False),
        ({"key": "gpu"}, False),
        ({"key": "other", "operator": "Exists"}, False),
        ({"operator": "Exists"}, True),
        ({"operator": "Exists", "effect": "NoExecute"}, False),
    ],
)
def test_a_taint_keeps_a_pod_out_unless_it_is_tolerated(toleration: Json, *, fits: bool) -> None:
    assert names([tainted(**GPU)]) == []
    assert bool(names([tainted(**GPU)], tolerations=[toleration])) is fits


def test_every_taint_must_be_tolerated() -> None:
    both = node("n", spec={"taints": [GPU, {"key": "spot", "effect": "NoExecute"}]})
    gpu, spot = {"key": "gpu", "operator": "Exists"}, {"key": "spot", "operator": "Exists"}
    assert names([both], tolerations=[gpu]) == []
    assert names([both], tolerations=[gpu, spot]) == ["linux/amd64"]


def test_a_taint_that_only_advises_keeps_nothing_out() -> None:
    assert names([tainted(key="spot", effect="PreferNoSchedule")]) == ["linux/amd64"]
