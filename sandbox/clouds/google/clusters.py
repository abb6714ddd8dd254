"""GKE clusters. Each is the sandbox's one cluster under another name."""

import ipaddress
import re
from collections.abc import Callable

from sandbox.clouds import sdk_types
from sandbox.clouds.cloud_site import CloudSite
from sandbox.clouds.google import vendor
from sandbox.clouds.google.apis import require
from sandbox.clouds.google.identities import account_of, require_account
from sandbox.clouds.google.nodes import pools_of
from sandbox.clouds.google.places import (
    Failures,
    is_region,
    is_zone,
    mapping,
    project_of,
    text,
    with_project,
    wrong_labels,
    wrong_name,
)
from sandbox.clouds.google.type_tokens import CLUSTER
from sandbox.clouds.kinds import CloudError, Json, Kind, Order
from sandbox.clouds.world import Content, Thing
from sandbox.engine.property_values import UNKNOWN

NAME = r"[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?"

_VERSION = "1.35.3-gke.1280000"
_OFFERED = ("1.33", "1.34", "1.35")
_NOT_WITH_AUTOPILOT = ("datapathProvider", "nodeConfig", "nodePools", "removeDefaultNodePool")
"""What Autopilot decides itself (pulumi_gcp, container.Cluster: conflicts of `enable_autopilot`)."""


def cluster_id(project: str, location: str, name: str) -> str:
    """The full name of a cluster; one that is full already stays as it is."""
    return name if name.startswith("projects/") else f"projects/{project}/locations/{location}/clusters/{name}"


def check_place(inputs: Json) -> Failures:
    """Whether a region or zone is none."""
    location = text(inputs, "location")
    if not location or is_region(location) or is_zone(location):
        return []
    return [("location", f'Location "{location}" does not exist.')]


def require_nodes(content: Content, config: Json | None, project: str) -> None:
    """Refuse nodes whose service account is not there.

    Raises:
        CloudError: in Google's words.
    """
    require_account(content, account_of(config, project))


def _check(inputs: Json) -> Failures:
    found = wrong_name(inputs, "name", NAME) + check_place(inputs) + wrong_labels(inputs, "resourceLabels")
    found += _ranges(inputs)
    if inputs.get("enableAutopilot") is True:
        if is_zone(text(inputs, "location")):
            found.append(("location", "Autopilot clusters must be regional clusters."))
        found += [(key, "conflicts with enable_autopilot") for key in _NOT_WITH_AUTOPILOT if key in inputs]
        return found
    if not inputs.get("initialNodeCount"):
        found.append(("initialNodeCount", "Cluster.initial_node_count must be greater than zero."))
    return found


def _ranges(inputs: Json) -> Failures:
    blocks = mapping(inputs, "masterAuthorizedNetworksConfig").get("cidrBlocks", [])
    known = [] if blocks == UNKNOWN else [each for each in blocks if each != UNKNOWN]
    given = [text(each, "cidrBlock") for each in known]
    return [
        ("masterAuthorizedNetworksConfig", f"Invalid CIDR block: {each}")
        for each in given
        if each and not _is_network(each)
    ]


def _is_network(block: str) -> bool:
    try:
        ipaddress.ip_network(block)
    except ValueError:
        return False
    return True


def _identify(order: Order) -> str:
    project, location, name = project_of(order), order.inputs.get("location"), order.inputs.get("name")
    if not location:
        message = "Cannot determine location: set location in this resource, or set provider-level region or zone."
        raise CloudError(message)
    identifier = cluster_id(project, str(location), str(name))
    if order.content.find(CLUSTER, identifier) is not None:
        message = f"googleapi: Error 409: Already exists: {identifier}., alreadyExists"
        raise CloudError(message)
    return identifier


def _with_name(name: str, inputs: Json, config: Json) -> Json:
    return {"name": name, **with_project(name, inputs, config)}


def _outputs(site: CloudSite) -> Callable[[Order, str], Json]:
    def outputs(order: Order, identifier: str) -> Json:
        inputs, project = order.inputs, project_of(order)
        require(order.content, project, "container")
        vendor.check_cluster(inputs)
        if inputs.get("enableAutopilot") is True:
            defaults = inputs.get("clusterAutoscaling", {}).get("autoProvisioningDefaults")
            require_nodes(order.content, defaults, project)
        else:
            require_nodes(order.content, inputs.get("nodeConfig"), project)
        labels = inputs.get("resourceLabels", {})
        return {
            "endpoint": re.sub(r"^https?://", "", site.kubernetes_url).rstrip("/"),
            "masterAuth": {"clusterCaCertificate": site.kubernetes_ca},
            "masterVersion": _version(inputs),
            "nodeVersion": _version(inputs),
            "selfLink": f"https://container.googleapis.com/v1/{identifier}",
            "effectiveLabels": labels,
            "pulumiLabels": labels,
            "project": project,
        }

    return outputs


def _version(inputs: Json) -> str:
    wanted = inputs.get("minMasterVersion")
    if wanted is None:
        return _VERSION
    if not str(wanted).startswith(_OFFERED):
        message = f'googleapi: Error 400: Master version "{wanted}" is unsupported., badRequest'
        raise CloudError(message)
    return str(wanted)


def _delete(thing: Thing, content: Content, now: float) -> None:
    # The provider's own default is true (pulumi_gcp, container.Cluster).
    if thing.inputs.get("deletionProtection", True) is True:
        message = (
            "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with "
            "cluster deletion."
        )
        raise CloudError(message)
    for each in pools_of(content, thing):
        content.remove(each, now)


def clusters(site: CloudSite) -> Kind:
    """The kind of all clusters."""
    return Kind(
        resource=sdk_types.resource("pulumi_gcp.container", "Cluster"),
        identify=_identify,
        outputs=_outputs(site),
        replaces=frozenset(
            {
                "datapathProvider",
                "enableAutopilot",
                "initialNodeCount",
                "location",
                "name",
                "nodeConfig",
                "project",
            }
        ),
        check=_check,
        defaults=_with_name,
        delete=_delete,
        secret_outputs=frozenset({"effectiveLabels", "pulumiLabels"}),
        delete_first=True,
    )
