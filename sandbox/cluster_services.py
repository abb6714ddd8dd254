"""What makes the embedded cluster of use: kube-proxy for Services, CoreDNS for names, Traefik for Ingresses, upkeep."""

import string
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from sandbox import kubectl, network, upkeep
from sandbox.control_plane import ControlPlane
from sandbox.errors import SandboxError
from sandbox.site import Site
from sandbox.state import private_json

_MANIFEST = Path(__file__).parent / "manifests" / "cluster.yaml"
_OK = 200
_HEALTH = {"proxy": ("proxy-health", "livez"), "dns": ("dns-health", "health"), "ingress": ("ingress-ping", "ping")}
"""Part → the name of its port for health checks, and the path."""


def up(site: Site, plane: ControlPlane) -> None:
    """Start all of them and give the cluster what they need.

    Raises:
        SandboxError: one of them ended or does not answer.
    """
    _apply(site)
    with ThreadPoolExecutor() as pool:
        for started in [pool.submit(part, site, plane) for part in (_proxy, _dns, _ingress, upkeep.start)]:
            started.result()


def _apply(site: Site) -> None:
    manifest = string.Template(_MANIFEST.read_text()).substitute(DNS_PORT=site.port("dns"))
    note = site.state.folder / "applied.yaml"
    if note.exists() and note.read_text() == manifest:
        return
    done = kubectl.run(site.state, "apply", "--server-side", "-f", "-", text=manifest)
    if done.returncode:
        message = f"the cluster refuses what the sandbox puts into it: {done.stderr.strip()}"
        raise SandboxError(message)
    note.write_text(manifest)


def _proxy(site: Site, plane: ControlPlane) -> None:
    health = site.port("proxy-health")
    config = site.state.folder / "kubeconfigs" / "proxy-config.json"
    private_json(
        config,
        {
            "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
            "kind": "KubeProxyConfiguration",
            "mode": "nftables",
            "clientConnection": {"kubeconfig": str(plane.kubeconfig("proxy", "system:kube-proxy"))},
            "clusterCIDR": network.POD_NETWORK,
            "healthzBindAddress": f"127.0.0.1:{health}",
            "metricsBindAddress": f"127.0.0.1:{site.port('proxy-metrics')}",
            "hostnameOverride": "node-1",
            "nodePortAddresses": ["127.0.0.0/8"],
            # All nodes and pods share one bridge: without it an answer would take the short way, past the rewriting.
            "nftables": {"masqueradeAll": True, "minSyncPeriod": "0s"},
            # Zero leaves the machine's connection tracking as it is.
            "conntrack": {
                "maxPerCore": 0,
                "min": 0,
                "tcpEstablishedTimeout": "0s",
                "tcpCloseWaitTimeout": "0s",
            },
        },
    )
    command = [site.tools["kube"], "proxy", f"--config={config}"]
    # It waits by itself, for up to 30 s, for its node to be known with an address; once in a while it does need that.
    site.keep_running("proxy", command, lambda: answers(health_url("proxy", health)), seconds=60)


def _dns(site: Site, plane: ControlPlane) -> None:
    health = site.port("dns-health")
    corefile = site.state.folder / "Corefile"
    corefile.write_text(
        f""".:{site.port("dns")} {{
    bind {network.GATEWAY}
    errors
    health 127.0.0.1:{health}
    kubernetes cluster.local in-addr.arpa {{
        kubeconfig {plane.kubeconfig("dns", "sandbox-dns")} sandbox
    }}
    forward . /etc/resolv.conf
    cache 5
}}
"""
    )
    command = [site.tools["coredns"], "-conf", corefile]
    site.keep_running("dns", command, lambda: answers(health_url("dns", health)))


def _ingress(site: Site, plane: ControlPlane) -> None:
    ping = site.port("ingress-ping")
    command = [
        site.tools["traefik"],
        f"--entrypoints.web.address=127.0.0.1:{site.port('http')}",
        f"--entrypoints.ping.address=127.0.0.1:{ping}",
        "--ping=true",
        "--ping.entrypoint=ping",
        "--providers.kubernetesingress=true",
        "--providers.kubernetesingress.ingressclass=traefik",
        # Written to the status of each Ingress, as a load balancer's address would be.
        "--providers.kubernetesingress.ingressendpoint.ip=127.0.0.1",
        "--providers.kubernetesingress.throttleduration=100ms",
        "--providers.providersthrottleduration=100ms",
        "--global.checknewversion=false",
        "--global.sendanonymoususage=false",
        "--log.level=INFO",
    ]
    environment = {"KUBECONFIG": str(plane.kubeconfig("ingress", "sandbox-ingress"))}
    site.keep_running("ingress", command, lambda: answers(health_url("ingress", ping)), environment=environment)


def health_urls(ports: Mapping[str, int]) -> dict[str, str]:
    """Part → where it says that it works; a part whose port is not chosen yet has none."""
    return {part: health_url(part, ports[name]) for part, (name, _) in _HEALTH.items() if name in ports}


def health_url(part: str, port: int) -> str:
    """Where a part says that it works, on its port for that."""
    return f"http://127.0.0.1:{port}/{_HEALTH[part][1]}"


def answers(url: str) -> bool:
    """Whether a health check on loopback says 200."""
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == _OK
    except httpx.HTTPError:
        return False
