"""One node of the embedded cluster: a containerd and a kubelet, with folders, ports and control groups of their own."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx

from sandbox import cgroups, containerd_config, debian_containerd, network, pause_image, processes, registry
from sandbox.control_plane import ControlPlane
from sandbox.node_logins import kubelet_flags
from sandbox.site import Site, proxies
from sandbox.state import RUNTIME, private_json

_CNI_PLUGINS = Path("/usr/lib/cni")
_OK = 200


@dataclass(frozen=True)
class Node:
    """Which node, and what it runs on."""

    index: int
    """From 1; decides its address and its pods' range, 10.244.<index>.0/24."""
    debian: bool
    """Debian's containerd 1.x in place of 2.x: the older texts of failed pulls."""

    @property
    def name(self) -> str:
        """Its name in the cluster."""
        return f"node-{self.index}"

    @property
    def address(self) -> str:
        """Where its kubelet listens."""
        return network.node_address(self.index)

    @property
    def runtime(self) -> Path:
        """Sockets and container mounts."""
        return RUNTIME / self.name

    @property
    def socket(self) -> Path:
        """Containerd's."""
        return self.runtime / "containerd.sock"


def planned(*, nodes: int, debian: int) -> list[Node]:
    """The nodes of a sandbox: the last `debian` of them run Debian's containerd."""
    return [Node(index, index > nodes - debian) for index in range(1, nodes + 1)]


def start_containerd(site: Site, node: Node) -> None:
    """Start a node's containerd and give it the pause image.

    Raises:
        SandboxError: it ended or does not answer, or a program is missing that it or its pods need,
            or Debian's containerd is not the 1.x that the node is for.
    """
    processes.require("runc", "ctr", str(_CNI_PLUGINS / "bridge"))  # without them it starts, and its pods do not
    binary = debian_containerd.executable() if node.debian else site.tools["containerd"]
    folder = site.state.nodes(node.name)
    node.runtime.mkdir(parents=True, exist_ok=True, mode=0o711)
    _write_cni(folder / "cni", node)
    _write_hosts(folder / "certs.d", site)
    # The folder of the shim comes first: containerd looks it up on PATH.
    tools = [] if node.debian else [binary.parent]
    config = folder / "containerd.toml"
    config.write_text(
        containerd_config.text(
            debian=node.debian,
            folder=folder,
            runtime=node.runtime,
            socket=node.socket,
            plugins=_CNI_PLUGINS,
            shim=site.tools["containerd"].parent / "containerd-shim-runc-v2",
        )
    )
    site.keep_running(
        f"containerd-{node.name}",
        [binary, "--config", config],
        lambda: _ctr(node, "version"),
        environment=proxies(),
        path=tools,
    )
    archive = pause_image.archive(site.tools["pause"], site.state.folder)
    if not _ctr(node, "images", "check", f"name=={pause_image.NAME}", wants=pause_image.NAME):
        _ctr(node, "images", "import", str(archive))


def start_kubelet(site: Site, node: Node, plane: ControlPlane) -> None:
    """Start a node's kubelet, which registers the node.

    Raises:
        SandboxError: it ended or does not answer.
    """
    folder = site.state.nodes(node.name)
    cgroups.make(node.name)
    health = site.port(f"kubelet-health-{node.name}")
    config = folder / "kubelet.json"
    private_json(config, _kubelet_config(node, plane, health, folder / "pods"))
    command = [
        site.tools["kube"],
        "kubelet",
        f"--config={config}",
        f"--kubeconfig={plane.kubeconfig(f'kubelet-{node.name}', f'system:node:{node.name}', 'system:nodes')}",
        f"--root-dir={folder / 'kubelet'}",
        f"--cert-dir={folder / 'kubelet-certificates'}",
        f"--hostname-override={node.name}",
        f"--node-ip={node.address}",
        f"--node-labels=topology.kubernetes.io/region=sandbox,topology.kubernetes.io/zone=sandbox-{node.index}",
        *kubelet_flags(site),
    ]

    def healthy() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{health}/healthz", timeout=2, trust_env=False).status_code == _OK
        except httpx.HTTPError:
            return False

    # HOME and working folder of its own: a kubelet pulls with the docker login that it finds in either.
    site.keep_running(f"kubelet-{node.name}", command, healthy, home=folder / "home")


def _kubelet_config(node: Node, plane: ControlPlane, health: int, pod_logs: Path) -> dict[str, object]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": node.address,
        "healthzBindAddress": "127.0.0.1",
        "healthzPort": health,
        "readOnlyPort": 0,
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": False},
            "x509": {"clientCAFile": str(plane.authority.certificate_file)},
        },
        "authorization": {"mode": "AlwaysAllow"},
        "containerRuntimeEndpoint": f"unix://{node.socket}",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": cgroups.node_root(node.name),
        "enforceNodeAllocatable": [],
        "evictionHard": {},
        "imageGCHighThresholdPercent": 100,
        "failSwapOn": False,
        "makeIPTablesUtilChains": False,
        "clusterDNS": [network.DNS_SERVICE],
        "clusterDomain": "cluster.local",
        "resolvConf": "/etc/resolv.conf",
        "podLogsDir": str(pod_logs),
        # Quicker than the defaults: a person or a test waits for each of them.
        "syncFrequency": "1s",
        "fileCheckFrequency": "5s",
        "nodeStatusUpdateFrequency": "4s",
        "failCgroupV1": False,
    }


def _write_cni(folder: Path, node: Node) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    addresses = {
        "subnet": network.POD_NETWORK,
        "rangeStart": f"10.244.{node.index}.2",
        "rangeEnd": f"10.244.{node.index}.254",
        "gateway": network.GATEWAY,
    }
    bridge = {
        "type": "bridge",
        "bridge": network.POD_BRIDGE,
        "hairpinMode": True,
        "ipam": {
            "type": "host-local",
            "ranges": [[addresses]],
            "routes": [{"dst": "0.0.0.0/0"}],
            "dataDir": str(folder.parent / "addresses"),
        },
    }
    document = {"cniVersion": "0.4.0", "name": "sandbox", "plugins": [bridge]}
    (folder / "10-sandbox.conflist").write_text(json.dumps(document, indent=2))


def _write_hosts(folder: Path, site: Site) -> None:
    """The sandbox's registry speaks plain HTTP, on loopback only."""
    host = registry.host(site)
    (folder / host).mkdir(parents=True, exist_ok=True)
    text = f'server = "http://{host}"\n[host."http://{host}"]\n  capabilities = ["pull", "resolve"]\n'
    (folder / host / "hosts.toml").write_text(text)


def _ctr(node: Node, *words: str, wants: str = "") -> bool:
    command = ["ctr", "--address", str(node.socket), "--namespace", "k8s.io", *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and wants in done.stdout
