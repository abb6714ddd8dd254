"""What Azure tells of an AKS cluster, and the kubeconfig that it gives."""

import base64
from typing import Any

import yaml

from sandbox.clouds.accounts import TENANT
from sandbox.clouds.azure import arm
from sandbox.clouds.azure.clusters import KIND
from sandbox.clouds.azure.type_tokens import CLUSTER
from sandbox.clouds.cloud_site import CloudSite
from sandbox.clouds.kinds import Function, Json, Order
from sandbox.clouds.world import Thing

# learn.microsoft.com azure/aks/kubelogin-authentication: the same two applications in every tenant of the public cloud
_SERVER_APPLICATION = "6dae42f8-4368-4678-94ff-3960e28e3630"
_CLIENT_APPLICATION = "80faf920-1908-4b52-b5ef-a8e7bedfc67a"
_NAMED = frozenset({"resourceGroupName", "resourceName"})


def _found(order: Order) -> Thing:
    group, name = str(order.inputs["resourceGroupName"]), str(order.inputs["resourceName"])
    subscription = arm.subscription_of(order.config)
    arm.require_group(order.content, subscription, group)
    found = arm.find(order.content, CLUSTER, arm.resource_id(subscription, group, KIND, name))
    if found is None:
        raise arm.not_found(KIND, name, group)
    return found


def _get(order: Order) -> Json:
    return arm.told(_found(order))


def kubeconfig(site: CloudSite) -> Function:
    """The kubeconfig of a user, as a stranger would get it: with Entra, an entry that logs in by device code.

    A cluster without Entra has a certificate and a token in life. Here it is a token of the simulation, that the
    sandbox's API server does not take.
    """

    def call(order: Order) -> Json:
        found = _found(order)
        name = f"clusterUser_{order.inputs['resourceGroupName']}_{order.inputs['resourceName']}"
        cluster = str(order.inputs["resourceName"])
        server = {"server": site.kubernetes_url, "certificate-authority-data": site.kubernetes_ca}
        document: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": cluster, "cluster": server}],
            "contexts": [{"name": cluster, "context": {"cluster": cluster, "user": name}}],
            "current-context": cluster,
            "preferences": {},
            "users": [{"name": name, "user": _user(order, found)}],
        }
        text = base64.b64encode(yaml.safe_dump(document).encode()).decode()
        return {"kubeconfigs": [{"name": "clusterUser", "value": text}]}

    return Function(
        "azure-native:containerservice:listManagedClusterUserCredentials",
        call=call,
        required=_NAMED,
        known=_NAMED | {"format", "serverFqdn"},
    )


def _user(order: Order, cluster: Thing) -> Json:
    if not cluster.inputs.get("aadProfile"):
        return {"token": arm.guid(cluster.id, "token")}
    ids = {
        "--environment": "AzurePublicCloud",
        "--server-id": _SERVER_APPLICATION,
        "--client-id": _CLIENT_APPLICATION,
        "--tenant-id": TENANT,
        "--login": "devicecode",
    }
    if order.inputs.get("format") != "exec":
        # Kubernetes no longer has this plug-in, since 1.26.
        return {"auth-provider": {"name": "azure", "config": {"apiserver-id": _SERVER_APPLICATION}}}
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "args": ["get-token", *(word for pair in ids.items() for word in pair)],
            "command": "kubelogin",
            "env": None,
            "provideClusterInfo": False,
        }
    }


GET_CLUSTER = Function(
    "azure-native:containerservice:getManagedCluster",
    call=_get,
    required=_NAMED,
    known=_NAMED,
)
