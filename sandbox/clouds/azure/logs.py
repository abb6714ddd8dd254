"""Log Analytics workspaces, and what is written to them."""

from sandbox.clouds import sdk_types
from sandbox.clouds.azure import arm
from sandbox.clouds.azure.type_tokens import WORKSPACE
from sandbox.clouds.kinds import Json, Kind, Order

_KIND = "Microsoft.OperationalInsights/workspaces"
# learn.microsoft.com azure/aks/monitor-aks-reference, resource logs
_RESOURCE_LOGS = """
kube-apiserver kube-audit kube-audit-admin kube-controller-manager kube-scheduler cluster-autoscaler
cloud-controller-manager guard csi-azuredisk-controller csi-azurefile-controller csi-snapshot-controller
"""
_CATEGORIES = frozenset(_RESOURCE_LOGS.split())


def _identify_workspace(order: Order) -> str:
    group, name = str(order.inputs["resourceGroupName"]), str(order.inputs["workspaceName"])
    return arm.resource_id(arm.subscription_of(order.config), group, _KIND, name)


def _workspace(order: Order, identifier: str) -> Json:
    arm.require_group(order.content, arm.subscription_of(order.config), str(order.inputs["resourceGroupName"]))
    return {
        "azureApiVersion": "2023-09-01",
        "customerId": arm.guid(identifier),
        "name": order.inputs["workspaceName"],
        "privateLinkScopedResources": [],
        "provisioningState": "Succeeded",
        "type": _KIND,
    }


def _identify_setting(order: Order) -> str:
    return f"{order.inputs['resourceUri']}/providers/Microsoft.Insights/diagnosticSettings/{order.inputs['name']}"


def _setting(order: Order, identifier: str) -> Json:
    _ = identifier
    inputs = order.inputs
    if not any(each.id == inputs["resourceUri"] for each in order.content.things):
        raise arm.refused(404, "ResourceNotFound", f"The resource '{inputs['resourceUri']}' was not found.")
    if arm.find(order.content, WORKSPACE, str(inputs.get("workspaceId"))) is None:
        raise arm.refused(404, "ResourceNotFound", f"The resource '{inputs.get('workspaceId')}' was not found.")
    unknown = [each["category"] for each in inputs.get("logs", ()) if each["category"] not in _CATEGORIES]
    if unknown:
        raise arm.refused(400, "BadRequest", f"Category '{unknown[0]}' is not supported.")
    return {"azureApiVersion": "2021-05-01-preview", "type": "Microsoft.Insights/diagnosticSettings"}


def _check(inputs: Json) -> list[tuple[str, str]]:
    must = "4 to 63 letters, digits and hyphens, with a letter or digit at both ends"
    return arm.pattern(inputs, "workspaceName", r"[A-Za-z0-9][-A-Za-z0-9]{2,61}[A-Za-z0-9]", must)


WORKSPACES = Kind(
    resource=sdk_types.resource("pulumi_azure_native.operationalinsights", "Workspace"),
    identify=_identify_workspace,
    outputs=_workspace,
    replaces=frozenset({"resourceGroupName", "workspaceName", "location"}),
    check=_check,
    defaults=arm.named("workspaceName"),
)
DIAGNOSTIC_SETTINGS = Kind(
    resource=sdk_types.resource("pulumi_azure_native.monitor", "DiagnosticSetting"),
    identify=_identify_setting,
    outputs=_setting,
    replaces=frozenset({"name", "resourceUri"}),
    defaults=arm.named("name"),
)
