"""AKS clusters: each is the sandbox's one cluster, with identities of its own."""

from collections.abc import Mapping
from typing import Any

from sandbox.clouds import sdk_types
from sandbox.clouds.accounts import TENANT
from sandbox.clouds.azure import arm
from sandbox.clouds.azure.vendor import check_cluster
from sandbox.clouds.kinds import Json, Kind, Order
from sandbox.engine.property_values import UNKNOWN

KIND = "Microsoft.ContainerService/managedClusters"
_OFFERED = ("1.33", "1.34", "1.35")
_USUAL = "1.34"
_PATCH = ".2"
_LONGEST_NODE_GROUP = 80


def _identify(order: Order) -> str:
    group, name = str(order.inputs["resourceGroupName"]), str(order.inputs["resourceName"])
    return arm.resource_id(arm.subscription_of(order.config), group, KIND, name)


def _outputs(order: Order, identifier: str) -> Json:
    inputs, name = order.inputs, str(order.inputs["resourceName"])
    subscription = arm.subscription_of(order.config)
    arm.require_group(order.content, subscription, str(inputs["resourceGroupName"]))
    check_cluster(inputs)
    version = _version(inputs, name)
    _refuse_inconsistent(inputs)
    _refuse_changes(order)
    made = order.old.made if order.old is not None else order.now
    nodes = str(inputs.get("nodeResourceGroup") or _node_group(inputs))
    prefix = inputs.get("dnsPrefix") or name
    fqdn = f"{prefix}-{arm.guid(identifier, made)[:8]}.hcp.{inputs['location']}.azmk8s.io"
    return {
        "azureApiVersion": "2025-09-01",
        "agentPoolProfiles": [_pool(each, version) for each in inputs.get("agentPoolProfiles", ())],
        "azurePortalFQDN": fqdn.replace(".hcp.", ".portal.hcp."),
        "currentKubernetesVersion": version,
        "eTag": arm.guid(identifier, order.now),
        "fqdn": fqdn,
        "identity": {**_identity(inputs), "principalId": arm.guid(identifier, made, "cluster"), "tenantId": TENANT},
        "identityProfile": {"kubeletidentity": _kubelet(identifier, made, subscription, nodes, name)},
        "maxAgentPools": 100,
        "name": name,
        "nodeResourceGroup": nodes,
        "powerState": {"code": "Running"},
        "provisioningState": "Succeeded",
        "resourceUID": arm.guid(identifier, made, "uid"),
        "type": "Microsoft.ContainerService/ManagedClusters",
        **_routing(identifier, made, inputs),
    }


def _identity(inputs: Json) -> Json:
    return inputs.get("identity") or {"type": "None"}


def _kubelet(identifier: str, made: float, subscription: str, nodes: str, name: str) -> Json:
    """Another one for each cluster that is made: a role for that of the last one of this name is worth nothing."""
    kind = "Microsoft.ManagedIdentity/userAssignedIdentities"
    return {
        "clientId": arm.guid(identifier, made, "kubelet client"),
        "objectId": arm.guid(identifier, made, "kubelet"),
        "resourceId": arm.resource_id(subscription, nodes, kind, f"{name}-agentpool"),
    }


def _pool(given: Mapping[str, Any], version: str) -> Json:
    return {
        "currentOrchestratorVersion": version,
        "eTag": arm.guid(given["name"]),
        "nodeImageVersion": "AKSUbuntu-2204gen2containerd-202611.01.0",
        "powerState": {"code": "Running"},
        "provisioningState": "Succeeded",
        **given,
    }


def _routing(identifier: str, made: float, inputs: Json) -> Json:
    routing = inputs.get("ingressProfile", {}).get("webAppRouting")
    if not routing:
        return {}
    identity = {"objectId": arm.guid(identifier, made, "routing"), "clientId": arm.guid(identifier, made, "routing id")}
    return {"ingressProfile": {"webAppRouting": {**routing, "identity": identity}}}


def _version(inputs: Json, name: str) -> str:
    wanted = str(inputs.get("kubernetesVersion") or _USUAL)
    minor = ".".join(wanted.split(".")[:2])
    if minor not in _OFFERED:
        message = (
            f"Managed cluster {name} is on version {wanted}, which is not supported in this region. Please use "
            "[az aks get-versions] command to get the supported version list in this region. For more information, "
            "please check https://aka.ms/supported-version-list"
        )
        raise arm.refused(400, "K8sVersionNotSupported", message)
    return wanted if wanted.count(".") > 1 else wanted + _PATCH


def _refuse_inconsistent(inputs: Json) -> None:
    if inputs["location"] not in arm.LOCATIONS:
        message = f"The provided location '{inputs['location']}' is not available for resource type '{KIND}'."
        raise arm.refused(400, "LocationNotAvailableForResourceType", message)
    if inputs.get("disableLocalAccounts") and not inputs.get("aadProfile"):
        message = "disableLocalAccounts can only be set for a cluster with Azure Active Directory integration."
        raise arm.refused(400, "BadRequest", message)
    if not any(each.get("mode") == "System" for each in inputs.get("agentPoolProfiles", ())):
        raise arm.refused(400, "InvalidParameter", "Must define at least one system pool.")
    network = inputs.get("networkProfile", {})
    if network.get("networkDataplane") == "cilium" and network.get("networkPlugin") != "azure":
        message = "Cilium dataplane requires network plugin azure."
        raise arm.refused(400, "InvalidNetworkDataplane", message)


def _refuse_changes(order: Order) -> None:
    """What an update of a pool cannot do; its name and size are for its life."""
    if order.old is None:
        return
    before = {each["name"]: each for each in order.old.inputs.get("agentPoolProfiles", ())}
    for pool in order.inputs.get("agentPoolProfiles", ()):
        for key in ("vmSize", "osType", "osDiskSizeGB"):
            if before.get(pool["name"], {}).get(key, pool.get(key)) != pool.get(key):
                message = f"Changing property 'properties.agentPoolProfiles.{key}' is not allowed."
                raise arm.refused(400, "PropertyChangeNotAllowed", message)


def _node_group(inputs: Json) -> str:
    return f"MC_{inputs['resourceGroupName']}_{inputs['resourceName']}_{inputs['location']}"


def _check(inputs: Json) -> list[tuple[str, str]]:
    # learn.microsoft.com azure/azure-resource-manager/management/resource-name-rules, and the SDK's text of pools
    name = "1 to 63 letters, digits, hyphens and underscores, with a letter or digit at both ends"
    wrong = arm.pattern(inputs, "resourceName", r"[a-zA-Z0-9]([-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?", name)
    prefix = "1 to 54 letters, digits and hyphens, with a letter or digit at both ends"
    wrong += arm.pattern(inputs, "dnsPrefix", r"[a-zA-Z0-9]([-a-zA-Z0-9]{0,52}[a-zA-Z0-9])?", prefix)
    pools = inputs.get("agentPoolProfiles", ())
    for each in pools if pools != UNKNOWN else ():
        if each != UNKNOWN:
            wrong += arm.pattern(each, "name", r"[a-z][a-z0-9]{0,11}", "1 to 12 lower-case letters and digits")
    parts = [inputs.get(key) for key in ("resourceGroupName", "resourceName", "location")]
    if UNKNOWN not in parts and None not in parts and len(_node_group(inputs)) > _LONGEST_NODE_GROUP:
        wrong.append(("nodeResourceGroup", f"{_node_group(inputs)} has more than {_LONGEST_NODE_GROUP} characters"))
    return wrong


CLUSTERS = Kind(
    resource=sdk_types.resource("pulumi_azure_native.containerservice", "ManagedCluster"),
    identify=_identify,
    outputs=_outputs,
    # Azure/azure-rest-api-specs managedClusters.json, x-ms-mutability without `update`
    replaces=frozenset(
        {"resourceGroupName", "resourceName", "location", "dnsPrefix", "fqdnSubdomain", "nodeResourceGroup"}
    ),
    check=_check,
    defaults=arm.named("resourceName"),
    delete=arm.forget_roles,
)
