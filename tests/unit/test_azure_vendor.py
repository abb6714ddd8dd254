"""Microsoft's own models, which refuse what the SDK's types let pass."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.clouds.azure.vendor import check_assignment, check_cluster, check_registry
from sandbox.clouds.kinds import CloudError
from tests.unit.azure_world import ACR_PULL, CLUSTER, REGISTRY, ROLES

ASSIGNMENT = {
    "scope": "/subscriptions/x",
    "roleAssignmentName": "any",
    "principalId": "x",
    "principalType": "ServicePrincipal",
    "roleDefinitionId": f"{ROLES}/{ACR_PULL}",
}
Check = Callable[[dict[str, Any]], None]
WRONG: dict[str, tuple[Check, dict[str, Any], str]] = {
    "unknown": (check_cluster, {**CLUSTER, "dnsPrefixx": "a"}, "Could not find member 'dnsPrefixx'"),
    "unknown, deep": (
        check_cluster,
        {**CLUSTER, "ingressProfile": {"webAppRouting": {"enable": True}}},
        "'enable' on object of type 'ManagedClusterIngressProfileWebAppRouting'",
    ),
    "unknown, in a list": (
        check_cluster,
        {**CLUSTER, "agentPoolProfiles": [{"name": "a", "size": "b"}]},
        "Could not find member 'size' on object of type 'ManagedClusterAgentPoolProfile'",
    ),
    "of another type": (check_cluster, {**CLUSTER, "enableRBAC": "yes"}, "properties.enableRBAC must be bool"),
    "a number": (
        check_cluster,
        {**CLUSTER, "agentPoolProfiles": [{"name": "a", "count": True}]},
        "agentPoolProfiles.0.count must be int",
    ),
    "no list": (check_cluster, {**CLUSTER, "agentPoolProfiles": {}}, "properties.agentPoolProfiles must be a list"),
    "no object": (check_cluster, {**CLUSTER, "aadProfile": "x"}, "properties.aadProfile must be an object"),
    "no map": (check_cluster, {**CLUSTER, "tags": ["x"]}, "tags must be a map"),
    "no member": (
        check_cluster,
        {**CLUSTER, "autoUpgradeProfile": {"upgradeChannel": "monthly"}},
        "properties.autoUpgradeProfile.upgradeChannel must be one of ",
    ),
    "only Azure's to say": (check_registry, {**REGISTRY, "loginServer": "x"}, "properties.loginServer is read-only"),
    "a registry's": (check_registry, {**REGISTRY, "sku": {"name": "Basic", "size": 1}}, "Could not find member 'size'"),
    "a role's": (check_assignment, {**ASSIGNMENT, "principal": "x"}, "Could not find member 'principal'"),
    "a role's, of another type": (check_assignment, {**ASSIGNMENT, "condition": 1}, "'condition' of type string"),
    "a role without anybody": (
        check_assignment,
        {key: value for key, value in ASSIGNMENT.items() if key != "principalId"},
        "Required property 'principalId' not found.",
    ),
}


@pytest.mark.parametrize(("check", "inputs", "word"), WRONG.values(), ids=WRONG)
def test_a_body_that_the_models_do_not_know_is_refused(check: Check, inputs: dict[str, Any], word: str) -> None:
    with pytest.raises(CloudError) as caught:
        check(inputs)
    assert 'Status=400 Code="InvalidRequestContent" Message="The request content was invalid: ' in str(caught.value)
    assert word in str(caught.value)


@pytest.mark.parametrize(
    ("check", "inputs"), [(check_cluster, CLUSTER), (check_registry, REGISTRY), (check_assignment, ASSIGNMENT)]
)
def test_a_body_as_it_should_be_is_taken(check: Check, inputs: dict[str, Any]) -> None:
    check(inputs)
