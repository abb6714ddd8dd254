"""Which nodes a required node affinity takes."""

import pytest

from pulls.kubelet.node_affinity import may_land_on
from pulls.kubelet.node_classes import node_classes
from tests.unit.fake_cluster import Json, node

NODE = node("node-1", disk="ssd", cores="8", zone="")


def need(operator: str, key: str, *values: str) -> Json:
    return {"key": key, "operator": operator, **({"values": [*values]} if values else {})}


def affinity(*terms: Json) -> Json:
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [*terms]}}
    return {"affinity": {"nodeAffinity": required}}


def labels(*needs: Json) -> Json:
    return {"matchExpressions": [*needs]}


def fields(*needs: Json) -> Json:
    return {"matchFields": [*needs]}


@pytest.mark.parametrize(
    ("term", "takes"),
    [
        (need("In", "disk", "hdd", "ssd"), True),
        (need("In", "disk", "hdd"), False),
        (need("In", "gpu", "a100"), False),
        (need("In", "zone", ""), True),
        (need("NotIn", "disk", "ssd"), False),
        (need("NotIn", "disk", "hdd"), True),
        (need("NotIn", "gpu", "a100"), True),
        (need("Exists", "zone"), True),
        (need("Exists", "gpu"), False),
        (need("DoesNotExist", "gpu"), True),
        (need("DoesNotExist", "zone"), False),
        (need("Gt", "cores", "4"), True),
        (need("Gt", "cores", "8"), False),
        (need("Lt", "cores", "16"), True),
        (need("Lt", "cores", "8"), False),
        (need("Gt", "disk", "4"), False),
        (need("Lt", "gpu", "4"), False),
        (need("Gt", "cores", "many"), False),
        (need("Gt", "cores"), False),
        (need("Gt", "cores", "4", "10"), False),
        (need("Resembles", "disk", "ssd"), True),  # left to the scheduler
    ],
)
def test_a_requirement_of_labels(term: Json, *, takes: bool) -> None:
    assert may_land_on(NODE, affinity(labels(term))) is takes


def test_a_node_may_be_chosen_or_left_out_by_its_name() -> None:
    assert may_land_on(NODE, affinity(fields(need("In", "metadata.name", "node-1"))))
    assert not may_land_on(NODE, affinity(fields(need("NotIn", "metadata.name", "node-1"))))
    assert not may_land_on(NODE, affinity(fields(need("In", "metadata.name", "node-2"))))


def test_one_term_must_be_met_and_all_of_it() -> None:
    ssd, gpu = need("Exists", "disk"), need("Exists", "gpu")
    assert not may_land_on(NODE, affinity(labels(ssd, gpu)))
    assert may_land_on(NODE, affinity(labels(gpu), labels(ssd)))
    assert not may_land_on(NODE, affinity({**labels(ssd), **fields(need("In", "metadata.name", "node-2"))}))


def test_a_term_that_asks_for_nothing_takes_nothing() -> None:
    assert not may_land_on(NODE, affinity({}))
    assert not may_land_on(NODE, affinity({"matchExpressions": None, "matchFields": []}))
    assert may_land_on(NODE, affinity({}, labels(need("Exists", "disk"))))


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"affinity": None},
        {"affinity": {"podAntiAffinity": {}}},
        {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1}]}}},
    ],
)
def test_without_a_requirement_every_node_will_do(spec: Json) -> None:
    assert may_land_on(NODE, spec)


def test_a_class_of_nodes_that_the_affinity_leaves_out_is_not_rehearsed_on() -> None:
    only = affinity(labels(need("In", "kubernetes.io/arch", "amd64")))
    assert [each.name for each in node_classes([NODE, node("node-2", "arm64")], only)] == ["linux/amd64"]
