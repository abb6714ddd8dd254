"""Node pools of GKE clusters."""

import re

from sandbox.clouds import sdk_types
from sandbox.clouds.google import vendor
from sandbox.clouds.google.apis import require
from sandbox.clouds.google.clusters import NAME, check_place, cluster_id, require_nodes
from sandbox.clouds.google.nodes import DEFAULT_SCOPES
from sandbox.clouds.google.places import Failures, mapping, project_of, text, with_project, wrong_name
from sandbox.clouds.google.type_tokens import CLUSTER, POOL
from sandbox.clouds.kinds import CloudError, Json, Kind, Order
from sandbox.clouds.world import Thing

_MACHINE = re.compile(
    r"(a2|a3|a4|a4x|c2|c2d|c3|c3d|c4|c4a|c4d|e2|g2|h3|m1|m2|m3|m4|n1|n2|n2d|n4|n4a|t2a|t2d|x4|z3)"
    r"-(custom|highcpu|highgpu|highmem|medium|megamem|micro|small|standard|ultramem)(-[a-z0-9-]+)?"
)


def _check(inputs: Json) -> Failures:
    found = wrong_name(inputs, "name", NAME) + check_place(inputs)
    machine = text(mapping(inputs, "nodeConfig"), "machineType")
    if machine and not _MACHINE.fullmatch(machine):
        found.append(("nodeConfig.machineType", f'Machine type "{machine}" does not exist.'))
    return found


def _with_name(name: str, inputs: Json, config: Json) -> Json:
    return {"name": name, **with_project(name, inputs, config)}


def _cluster(order: Order) -> str:
    location = order.inputs.get("location") or order.config.get("zone") or order.config.get("region") or ""
    return cluster_id(project_of(order), str(location), order.inputs["cluster"])


def _identify(order: Order) -> str:
    identifier = f"{_cluster(order)}/nodePools/{order.inputs['name']}"
    if order.content.find(POOL, identifier) is not None:
        message = f"googleapi: Error 409: Already exists: {identifier}., alreadyExists"
        raise CloudError(message)
    return identifier


def _outputs(order: Order, identifier: str) -> Json:
    _ = identifier
    inputs, project = order.inputs, project_of(order)
    require(order.content, project, "container")
    cluster = _require_cluster(order)
    vendor.check_pool(inputs)
    given = inputs.get("nodeConfig", {})
    require_nodes(order.content, given, project)
    config = {"machineType": "e2-medium", "oauthScopes": list(DEFAULT_SCOPES), "serviceAccount": "default", **given}
    return {
        "nodeConfig": config,
        "nodeCount": inputs.get("nodeCount", inputs.get("initialNodeCount", 0)),
        "version": cluster.outputs["masterVersion"],
        "project": project,
    }


def _require_cluster(order: Order) -> Thing:
    identifier = _cluster(order)
    cluster = order.content.find(CLUSTER, identifier)
    if cluster is None:
        message = f"googleapi: Error 404: Not found: {identifier}., notFound"
        raise CloudError(message)
    if cluster.inputs.get("enableAutopilot") is True:
        message = "googleapi: Error 400: Autopilot clusters do not support mutating node pools., badRequest"
        raise CloudError(message)
    return cluster


POOLS = Kind(
    resource=sdk_types.resource("pulumi_gcp.container", "NodePool"),
    identify=_identify,
    outputs=_outputs,
    replaces=frozenset(
        {"cluster", "location", "name", "nodeConfig.oauthScopes", "nodeConfig.serviceAccount", "project"}
    ),
    check=_check,
    defaults=_with_name,
    delete_first=True,
)
