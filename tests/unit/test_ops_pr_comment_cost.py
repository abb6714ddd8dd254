"""What changes a bill: sizes, numbers and tiers, with what they were and what they become, and no price."""

from typing import Any

import pytest

from tests.unit.pr_comment_events import drawn, recorded, step, text

AKS = "azure-native:containerservice:ManagedCluster"
TITLE = "### What costs money"


def pool(**values: Any) -> dict[str, Any]:
    return {"agentPoolProfiles": [{"count": 1, "vmSize": "Standard_B2s", "name": "a", **values}]}


def test_another_size_and_number_of_nodes_and_another_tier_are_told() -> None:
    comment = text(recorded("nodes", "aks"))
    assert (
        "| `aks` | cluster | `cluster` | changed: `agentPoolProfiles[0].count` `1` → `3`, "
        "`agentPoolProfiles[0].vmSize` `Standard_B2s` → `Standard_D2s_v5` |"
    ) in comment
    assert "| `aks` | registry | `registry` | changed: `sku.name` `Basic` → `Premium` |" in comment
    assert comment.count("`aks` | ") == 3
    assert "$" not in comment


@pytest.mark.parametrize(
    ("kind", "what", "inputs", "told"),
    [
        (AKS, "cluster", pool(), "`agentPoolProfiles[0].count` `1`, `agentPoolProfiles[0].vmSize` `Standard_B2s`"),
        (
            "azure-native:containerregistry/v20230701:Registry",
            "registry",
            {"sku": {"name": "Basic"}},
            "`sku.name` `Basic`",
        ),
        ("aws:eks/cluster:Cluster", "cluster", {"version": "1.33"}, "`version` `1.33`"),
        ("aws:eks/nodeGroup:NodeGroup", "nodes", {"instanceTypes": ["t3.medium"]}, "`instanceTypes[0]` `t3.medium`"),
        ("aws:ec2/natGateway:NatGateway", "network", {"subnetId": "x"}, ""),
        ("aws:ebs/volume:Volume", "disk", {"size": 8, "type": "gp3"}, "`size` `8`, `type` `gp3`"),
        ("gcp:container/nodePool:NodePool", "nodes", {"nodeConfig": {"machineType": "e2-medium"}}, "`e2-medium`"),
        ("gcp:container/cluster:Cluster", "cluster", {"enableAutopilot": True}, "`enableAutopilot` `true`"),
        ("kubernetes:core/v1:Service", "load balancer", {"spec": {"type": "LoadBalancer"}}, "`LoadBalancer`"),
        (
            "kubernetes:core/v1:PersistentVolumeClaim",
            "disk",
            {"spec": {"resources": {"requests": {"storage": "8Gi"}}}},
            "`spec.resources.requests.storage` `8Gi`",
        ),
    ],
)
@pytest.mark.parametrize("done", [("create", "new"), ("delete", "deleted"), ("replace", "replaced")])
def test_what_costs_money_is_told_when_it_comes_or_goes(
    done: tuple[str, str], kind: str, what: str, inputs: dict[str, Any], told: str
) -> None:
    op, word = done
    old, new = (None if op == "create" else inputs), (None if op == "delete" else inputs)
    (line,) = [each for each in drawn(step(op, kind, old=old, new=new)).splitlines() if f"| {what} |" in each]
    assert line.startswith(f"| `dev` | {what} | `web` | {word}")
    assert told in line


def test_a_replacement_tells_what_else_becomes_of_it() -> None:
    comment = drawn(step("replace", AKS, old=pool(), new=pool(count=5), keys=["location"]))
    assert "replaced: `agentPoolProfiles[0].count` `1` → `5`, `agentPoolProfiles[0].vmSize` `Standard_B2s` |" in comment


def test_a_property_that_comes_or_goes_is_told_on_both_sides() -> None:
    old, new = pool(osDiskSizeGB=30), pool(minCount=1)
    comment = drawn(step("update", AKS, old=old, new=new, differs={"agentPoolProfiles": "update"}))
    assert "`agentPoolProfiles[0].minCount` none → `1`" in comment
    assert "`agentPoolProfiles[0].osDiskSizeGB` `30` → none" in comment


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (AKS, pool(), {**pool(), "tags": {"a": "b"}}),
        ("kubernetes:core/v1:Service", {"spec": {"type": "ClusterIP"}}, {"spec": {"type": "NodePort"}}),
        ("kubernetes:apps/v1:StatefulSet", {"spec": {"replicas": 1}}, {"spec": {"replicas": 2}}),
        ("aws:iam/role:Role", {}, {"a": 1}),
    ],
)
def test_what_changes_no_bill_is_not_told(kind: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    differs = {"spec": "update"} if "spec" in new else {"tags": "update"}
    assert TITLE not in drawn(step("update", kind, old=old, new=new, differs=differs))


def test_a_service_that_becomes_a_load_balancer_or_none_any_more_is_told() -> None:
    plain, balanced = {"spec": {"type": "ClusterIP"}}, {"spec": {"type": "LoadBalancer"}}
    for old, new in ((plain, balanced), (balanced, plain)):
        comment = drawn(step("update", "kubernetes:core/v1:Service", old=old, new=new, differs={"spec.type": "update"}))
        assert f"`spec.type` `{old['spec']['type']}` → `{new['spec']['type']}`" in comment


def test_disks_of_a_stateful_set_are_told() -> None:
    def claims(size: str) -> dict[str, Any]:
        claim = {"spec": {"resources": {"requests": {"storage": size}}}}
        return {"spec": {"replicas": 1, "volumeClaimTemplates": [claim]}}

    comment = drawn(
        step(
            "update", "kubernetes:apps/v1:StatefulSet", old=claims("1Gi"), new=claims("9Gi"), differs={"spec": "update"}
        )
    )
    assert "`spec.volumeClaimTemplates[0].spec.resources.requests.storage` `1Gi` → `9Gi`" in comment
