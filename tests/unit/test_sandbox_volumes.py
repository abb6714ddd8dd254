"""The volumes that the sandbox makes for claims, and when it takes them away."""

from pathlib import Path
from typing import Any

import httpx
import yaml

from sandbox import volumes

ROOT = Path(__file__).resolve().parents[2]


def claim(**more: Any) -> dict[str, Any]:
    spec = {
        "storageClassName": "sandbox",
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
    }
    annotations = {"volume.kubernetes.io/selected-node": "node-1"}
    metadata = {"name": "data", "namespace": "shop", "uid": "u1", "annotations": annotations}
    return {"metadata": metadata | more.pop("metadata", {}), "spec": spec | more}


def volume(phase: str, **annotations: str) -> dict[str, Any]:
    by = {"pv.kubernetes.io/provisioned-by": "sandbox.local/folders", **annotations}
    return {
        "metadata": {"name": "pvc-u1", "annotations": by},
        "spec": {"persistentVolumeReclaimPolicy": "Delete"},
        "status": {"phase": phase},
    }


def test_a_claim_whose_node_is_known_gets_a_folder_on_that_node(tmp_path: Path) -> None:
    (made,) = volumes.wanted([claim()], [], tmp_path)
    assert made["spec"]["local"]["path"] == str(tmp_path / "pvc-u1")
    assert made["spec"]["claimRef"]["uid"] == "u1"
    (term,) = made["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert term["matchExpressions"][0]["values"] == ["node-1"]


def test_a_claim_that_waits_for_a_pod_is_bound_or_is_anothers_gets_none(tmp_path: Path) -> None:
    waiting = claim(metadata={"annotations": {}})
    others = [waiting, claim(volumeName="pvc-u1"), claim(storageClassName="fast")]
    assert [*volumes.wanted(others, [], tmp_path)] == []
    assert [*volumes.wanted([claim()], [volume("Available")], tmp_path)] == []


def test_only_volumes_of_ours_that_nobody_claims_go() -> None:
    assert volumes.released([volume("Released")]) == ["pvc-u1"]
    assert volumes.released([volume("Bound")]) == []
    assert volumes.released([volume("Released", **{"pv.kubernetes.io/provisioned-by": "another"})]) == []
    kept = volume("Released")
    kept["spec"]["persistentVolumeReclaimPolicy"] = "Retain"
    assert volumes.released([kept]) == []


def test_a_round_makes_what_is_missing_and_removes_what_is_left(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []
    there: dict[str, list[dict[str, Any]]] = {"persistentvolumeclaims": [claim()], "persistentvolumes": []}

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.path))
        return httpx.Response(200, json={"items": there.get(request.url.path.rpartition("/")[2])})

    with httpx.Client(base_url="https://x", transport=httpx.MockTransport(answer)) as client:
        volumes.look(client, tmp_path)
        assert (tmp_path / "pvc-u1").is_dir()
        assert ("POST", "/api/v1/persistentvolumes") in asked
        (tmp_path / "pvc-u1" / "data").touch()
        there.update(persistentvolumeclaims=[], persistentvolumes=[volume("Released")])
        volumes.look(client, tmp_path)
    assert not (tmp_path / "pvc-u1").exists()
    assert asked[-1] == ("DELETE", "/api/v1/persistentvolumes/pvc-u1")


def test_the_class_in_the_cluster_is_the_one_that_is_looked_for() -> None:
    text = (ROOT / "sandbox/manifests/cluster.yaml").read_text().replace("$DNS_PORT", "53")
    (found,) = [each for each in yaml.safe_load_all(text) if each["kind"] == "StorageClass"]
    assert (found["metadata"]["name"], found["provisioner"]) == (volumes.CLASS, volumes.PROVISIONER)
    assert found["volumeBindingMode"] == "WaitForFirstConsumer"
    assert found["metadata"]["annotations"] == {"storageclass.kubernetes.io/is-default-class": "true"}
