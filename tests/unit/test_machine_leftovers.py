"""What the tests of `down` take for a sandbox's: by names that nothing else on a machine has."""

from pathlib import Path

import pytest

from tests.e2e.machine import of_a_sandbox

FOLDER = Path("/home/me/.cache/monadic-pipeline/sandbox")
CLEAN: dict[str, list[str]] = {
    "interfaces": ["docker0", "eth0", "lo"],
    "firewall tables": ["table ip filter", "table ip nat"],
    "firewall rules": ["-A FORWARD -o docker0 -j DOCKER"],
    "mounts": ["/", "/home/me/monadic-pipeline", "/home/me/.cache/monadic-pipeline/sandbox-of-mine"],
    "control groups": [],
    "processes": [],
    "switches": ["1"],
    "files": ["/opt/monadic-pipeline", "/run/docker.sock"],
}
LEFT = {
    "interfaces": "monadic1",
    "firewall tables": "table ip monadic-sandbox",
    "firewall rules": "-A FORWARD -i monadic0 -m comment --comment monadic-sandbox -j ACCEPT",
    "mounts": "/run/monadic-sandbox/node-1/containerd/rootfs",
    "control groups": "/sys/fs/cgroup/monadic-sandbox",
    "processes": "etcd",
    "files": "/run/monadic-sandbox",
}


def test_a_machine_of_somebody_elses_has_nothing_of_a_sandbox() -> None:
    assert of_a_sandbox(CLEAN, FOLDER) == {}


@pytest.mark.parametrize("kind", LEFT)
def test_one_thing_that_stays_is_found(kind: str) -> None:
    assert of_a_sandbox({**CLEAN, kind: [*CLEAN[kind], LEFT[kind]]}, FOLDER) == {kind: [LEFT[kind]]}


@pytest.mark.parametrize("family", ["ip", "ip6"])
def test_rules_of_its_kube_proxy_are_found(family: str) -> None:
    table = f"table {family} kube-proxy"
    assert of_a_sandbox({**CLEAN, "firewall tables": [table]}, FOLDER) == {"firewall tables": [table]}


def test_a_mount_in_its_state_folder_is_found() -> None:
    mount = f"{FOLDER}/nodes/node-1/kubelet/pods"
    assert of_a_sandbox({**CLEAN, "mounts": ["/", mount]}, FOLDER) == {"mounts": [mount]}
