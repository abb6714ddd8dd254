"""What Google's own published models say of a request: unknown fields, wrong types, members of no enumeration.

The provider turns a resource's inputs into the body of a REST request; the same is done here, for the inputs that
the program uses, and any other input is refused by name.
"""

import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, json_format
from pulumi.runtime.proto import status_pb2

from sandbox.clouds.kinds import CloudError, Json

Body = dict[str, Any]
Place = Callable[[Body, Any], None]
"""Puts the value of an input into a body."""


def check_cluster(inputs: Json) -> None:
    """Refuse a cluster that GKE's model does not take.

    Raises:
        CloudError: in the API's words.
    """
    _parse(_models().cluster, _body(inputs, _CLUSTER))


def check_pool(inputs: Json) -> None:
    """Refuse a node pool that GKE's model does not take.

    Raises:
        CloudError: in the API's words.
    """
    _parse(_models().pool, _body(inputs, _POOL))


def check_repository(inputs: Json) -> None:
    """Refuse a repository that Artifact Registry's model does not take.

    Raises:
        CloudError: in the API's words.
    """
    _parse(_models().repository, _body(inputs, _REPOSITORY))


def _at(*path: str) -> Place:
    def place(body: Body, value: Any) -> None:
        for key in path[:-1]:
            body = body.setdefault(key, {})
        body[path[-1]] = value

    return place


def _nowhere(body: Body, value: Any) -> None:
    """For what only the provider reads, or what stands in the URL."""


def _networks(body: Body, value: Any) -> None:
    # Whoever lists networks means that no others may connect (container_cluster, expandMasterAuthorizedNetworksConfig).
    body["masterAuthorizedNetworksConfig"] = {**value, "enabled": True}


def _autoscaling(body: Body, value: Mapping[str, Any]) -> None:
    names = {"autoProvisioningDefaults": "autoprovisioningNodePoolDefaults"}
    body["autoscaling"] = {names.get(key, key): each for key, each in value.items()}


_OF_URL: Mapping[str, Place] = dict.fromkeys(("location", "project"), _nowhere)
_CLUSTER: Mapping[str, Place] = {
    **_OF_URL,
    **dict.fromkeys(("deletionPolicy", "deletionProtection", "removeDefaultNodePool"), _nowhere),
    "name": _at("name"),
    "initialNodeCount": _at("initialNodeCount"),
    "minMasterVersion": _at("initialClusterVersion"),
    "nodeConfig": _at("nodeConfig"),
    "releaseChannel": _at("releaseChannel"),
    "resourceLabels": _at("resourceLabels"),
    "workloadIdentityConfig": _at("workloadIdentityConfig"),
    "enableAutopilot": _at("autopilot", "enabled"),
    "datapathProvider": _at("networkConfig", "datapathProvider"),
    "loggingConfig": _at("loggingConfig", "componentConfig"),
    "masterAuthorizedNetworksConfig": _networks,
    "clusterAutoscaling": _autoscaling,
}
_POOL: Mapping[str, Place] = {
    **_OF_URL,
    "cluster": _nowhere,
    "deletionPolicy": _nowhere,
    "name": _at("name"),
    "nodeCount": _at("initialNodeCount"),
    "nodeConfig": _at("config"),
}
_REPOSITORY: Mapping[str, Place] = {
    **_OF_URL,
    "repositoryId": _nowhere,
    "deletionPolicy": _nowhere,
    "format": _at("format"),
    "mode": _at("mode"),
    "labels": _at("labels"),
    "description": _at("description"),
    "dockerConfig": _at("dockerConfig"),
}


def _body(inputs: Json, places: Mapping[str, Place]) -> Body:
    unknown = sorted(key for key in inputs if key not in places and not key.startswith("__"))
    if unknown:
        message = f"the simulation does not know what {', '.join(unknown)} does; teach it, or leave it out"
        raise CloudError(message)
    body: Body = {}
    for key, value in inputs.items():
        if key in places:
            places[key](body, value)
    return body


def _parse(model: Any, body: Body) -> None:
    try:
        json_format.ParseDict(body, model())
    except json_format.ParseError as error:
        reason = str(error).partition("\n")[0]
        message = f"googleapi: Error 400: Invalid JSON payload received. {reason}, badRequest"
        raise CloudError(message) from error


@dataclass(frozen=True)
class _Models:
    cluster: Any
    pool: Any
    repository: Any


@cache
def _models() -> _Models:
    _share_status()
    # Loaded with the first request: half a second. The libraries are not typed through.
    artifacts: Any = importlib.import_module("google.cloud.artifactregistry_v1")
    container: Any = importlib.import_module("google.cloud.container_v1")
    own = [container.Cluster, container.NodePool, artifacts.Repository]
    return _Models(*(type(each.pb(each())) for each in own))


def _share_status() -> None:
    """Let Google's libraries use the `google.rpc.Status` that Pulumi's SDK has registered.

    Both have it under a file of their own, and a process takes a message once. So Google's file becomes one that
    only passes the message on.
    """
    file = "google/rpc/status.proto"
    if "google.rpc.status_pb2" in sys.modules:
        return
    sys.modules["google.rpc.status_pb2"] = status_pb2
    passing_on = descriptor_pb2.FileDescriptorProto(
        name=file,
        package="google.rpc",
        dependency=[status_pb2.DESCRIPTOR.name],
        public_dependency=[0],
        syntax="proto3",
    )
    descriptor_pool.Default().AddSerializedFile(passing_on.SerializeToString())
