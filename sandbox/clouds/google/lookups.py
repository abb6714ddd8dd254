"""What a program can ask: clusters that are there, and who it is itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.clouds.accounts import DEPLOYER_GOOGLE
from sandbox.clouds.cloud_site import CloudSite
from sandbox.clouds.google.apis import require
from sandbox.clouds.google.clusters import cluster_id
from sandbox.clouds.google.nodes import DEFAULT_SCOPES, pools_of
from sandbox.clouds.google.places import project_of
from sandbox.clouds.google.type_tokens import CLUSTER
from sandbox.clouds.kinds import CloudError, Function, Json, Order
from sandbox.clouds.tokens import Claims
from sandbox.clouds.world import Thing

_HOUR = 3600.0
_ECHOED = ("enableAutopilot", "initialNodeCount", "location", "name", "removeDefaultNodePool", "resourceLabels")


def client_config(site: CloudSite) -> Function:
    """Who asks, with an access token that ends after an hour."""

    def call(order: Order) -> Json:
        claims = Claims("google", "access", DEPLOYER_GOOGLE, order.now, order.now + _HOUR)
        project = str(order.config.get("project", ""))
        return {
            "accessToken": site.tokens.give(claims),
            "defaultLabels": {},
            "id": f"projects/{project}/regions//zones/",
            "project": project,
            "region": str(order.config.get("region", "")),
            "zone": str(order.config.get("zone", "")),
        }

    return Function(token="gcp:organizations/getClientConfig:getClientConfig", call=call)  # noqa: S106 - a type token


def _cluster(order: Order) -> Json:
    project = project_of(order)
    require(order.content, project, "container")
    identifier = cluster_id(project, order.inputs["location"], order.inputs["name"])
    thing = order.content.find(CLUSTER, identifier)
    if thing is None:
        message = f"{identifier} not found"
        raise CloudError(message)
    autoscaling = thing.inputs.get("clusterAutoscaling")
    return {
        **{key: thing.inputs[key] for key in _ECHOED if key in thing.inputs},
        "id": identifier,
        "project": project,
        "endpoint": thing.outputs["endpoint"],
        "masterVersion": thing.outputs["masterVersion"],
        "masterAuths": [thing.outputs["masterAuth"]],
        "nodePools": _pools(thing, pools_of(order.content, thing)),
        "clusterAutoscalings": [] if autoscaling is None else [_listed(autoscaling, ("autoProvisioningDefaults",))],
        "privateClusterConfigs": [],
        "controlPlaneEndpointsConfigs": [],
    }


def _pools(cluster: Thing, pools: Sequence[Thing]) -> list[Json]:
    found: list[Json] = []
    if cluster.inputs.get("enableAutopilot") is not True and cluster.inputs.get("removeDefaultNodePool") is not True:
        own = {"oauthScopes": list(DEFAULT_SCOPES), "serviceAccount": "default", "machineType": "e2-medium"}
        found.append({"name": "default-pool", "nodeConfigs": [{**own, **cluster.inputs.get("nodeConfig", {})}]})
    return found + [{"name": each.inputs["name"], "nodeConfigs": [each.outputs["nodeConfig"]]} for each in pools]


def _listed(value: Mapping[str, Any], keys: Sequence[str]) -> Json:
    """A function's answer has each block in a list."""
    return {key: [each] if key in keys else each for key, each in value.items()}


GET_CLUSTER = Function(
    token="gcp:container/getCluster:getCluster",  # noqa: S106 - a type token
    call=_cluster,
    required=frozenset({"location", "name"}),
    known=frozenset({"project"}),
)
