"""Volumes of the embedded cluster: a folder on this machine for each claim, as its StorageClass has it.

A claim waits for its first pod (WaitForFirstConsumer); the scheduler then names the pod's node, a folder and a volume
of the kind `local` on that node are made here, and the cluster binds the two. What a pod wrote stays when the pod goes,
and goes with its claim (reclaim policy Delete). Nothing keeps a claim to its size.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx

from sandbox.objects import Json, annotation, listed

CLASS = "sandbox"
PROVISIONER = "sandbox.local/folders"

_NODE = "volume.kubernetes.io/selected-node"
_BY = "pv.kubernetes.io/provisioned-by"


def look(client: httpx.Client, folder: Path) -> None:
    """One round: make what is missing, remove what nobody claims any more.

    Raises:
        httpx.HTTPError: the cluster does not answer, or refuses.
        OSError: a folder cannot be made.
    """
    volumes = listed(client, "/api/v1/persistentvolumes")
    for each in wanted(listed(client, "/api/v1/persistentvolumeclaims"), volumes, folder):
        place = Path(each["spec"]["local"]["path"])
        place.mkdir(exist_ok=True, mode=0o770)
        client.post("/api/v1/persistentvolumes", json=each).raise_for_status()
        print(f"made {place.name} for {each['spec']['claimRef']['name']}", flush=True)
    for name in released(volumes):
        shutil.rmtree(folder / name, ignore_errors=True)
        client.delete(f"/api/v1/persistentvolumes/{name}").raise_for_status()
        print(f"removed {name}", flush=True)


def wanted(claims: Sequence[Json], volumes: Sequence[Json], folder: Path) -> Iterator[Json]:
    """The volumes that are missing, for claims of ours whose node is known."""
    there = {each["metadata"]["name"] for each in volumes}
    for claim in claims:
        spec, node = claim["spec"], annotation(claim, _NODE)
        name = f"pvc-{claim['metadata']['uid']}"
        if spec.get("storageClassName") == CLASS and node and not spec.get("volumeName") and name not in there:
            yield _volume(name, claim, node, folder / name)


def released(volumes: Sequence[Json]) -> list[str]:
    """Names of our volumes whose claims are gone."""
    return [
        each["metadata"]["name"]
        for each in volumes
        if annotation(each, _BY) == PROVISIONER
        and each.get("status", {}).get("phase") in ("Released", "Failed")
        and each["spec"].get("persistentVolumeReclaimPolicy") == "Delete"
    ]


def _volume(name: str, claim: Json, node: str, path: Path) -> dict[str, Any]:
    metadata, spec = claim["metadata"], claim["spec"]
    on_node = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {_BY: PROVISIONER}},
        "spec": {
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "accessModes": spec["accessModes"],
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": CLASS,
            "local": {"path": str(path)},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [on_node]}]}},
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                "uid": metadata["uid"],
            },
        },
    }
