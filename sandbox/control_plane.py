"""The embedded cluster's control plane: etcd, API server, controllers, scheduler; on loopback, with certificates."""

import ssl
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox import network
from sandbox.certificates import Authority, service_account_keys
from sandbox.errors import COMMAND, SandboxError
from sandbox.site import Site

_OK = 200


class ControlPlane:
    """What a cluster is without its nodes."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.authority = Authority(site.state.certificates)
        self.server = f"https://127.0.0.1:{site.port('apiserver')}"
        self.kube = site.tools["kube"]

    def kubeconfig(self, part: str, user: str, group: str | None = None) -> Path:
        """A kubeconfig for a part of the cluster, which acts as `user`."""
        path = self.site.state.folder / "kubeconfigs" / part
        return self.authority.kubeconfig(path, self.server, user, group)

    def up(self) -> None:
        """Start all four, in the order of their dependence.

        Raises:
            SandboxError: one of them ended or does not answer; the message shows the end of its log.
        """
        self._etcd()
        self._apiserver()
        self.authority.kubeconfig(self.site.state.kubeconfig, self.server, "sandbox-admin", "system:masters")
        with ThreadPoolExecutor() as pool:
            for started in [pool.submit(self._controllers), pool.submit(self._scheduler)]:
                started.result()

    def _etcd(self) -> None:
        client, peer = self.site.port("etcd"), self.site.port("etcd-peer")
        certificate, key = self.authority.issue("etcd", "etcd", hosts=["127.0.0.1"])
        trusted = self.authority.certificate_file
        data = self.site.state.folder / "etcd"
        command = etcd_command(data, client=client, peer=peer, certificate=certificate, key=key, trusted=trusted)
        self.site.keep_running("etcd", command, self._answers("etcd"))

    def _apiserver(self) -> None:
        public, private = service_account_keys(self.site.state.certificates)
        etcd_certificate, etcd_key = self.authority.issue("etcd-client", "apiserver")
        kubelet_certificate, kubelet_key = self.authority.issue("kubelet-client", "apiserver")
        hosts = ["127.0.0.1", "localhost", network.GATEWAY, "10.96.0.1", "kubernetes.default.svc"]
        certificate, key = self.authority.issue("apiserver", "apiserver", hosts=hosts)
        command = [
            self.kube,
            "apiserver",
            "--bind-address=127.0.0.1",
            f"--secure-port={self.site.port('apiserver')}",
            f"--advertise-address={network.GATEWAY}",
            f"--etcd-servers=https://127.0.0.1:{self.site.port('etcd')}",
            f"--etcd-cafile={self.authority.certificate_file}",
            f"--etcd-certfile={etcd_certificate}",
            f"--etcd-keyfile={etcd_key}",
            f"--tls-cert-file={certificate}",
            f"--tls-private-key-file={key}",
            f"--client-ca-file={self.authority.certificate_file}",
            f"--kubelet-client-certificate={kubelet_certificate}",
            f"--kubelet-client-key={kubelet_key}",
            "--kubelet-preferred-address-types=InternalIP",
            f"--service-account-key-file={public}",
            f"--service-account-signing-key-file={private}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-cluster-ip-range={network.SERVICE_NETWORK}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true",
        ]
        self.site.keep_running("apiserver", command, self._answers("apiserver"), seconds=60)

    def _controllers(self) -> None:
        _, private = service_account_keys(self.site.state.certificates)
        self._client(
            "controllers",
            "system:kube-controller-manager",
            f"--service-account-private-key-file={private}",
            f"--root-ca-file={self.authority.certificate_file}",
            "--use-service-account-credentials=true",
            # By default 20 a second, which is most of the time that a namespace takes to go.
            "--kube-api-qps=200",
            "--kube-api-burst=400",
        )

    def _scheduler(self) -> None:
        self._client("scheduler", "system:kube-scheduler")

    def _client(self, part: str, user: str, *flags: str) -> None:
        """A part that only talks to the API server: alone, so that it need not be elected."""
        port = self.site.port(part)
        kubeconfig = self.kubeconfig(part, user)
        command = [
            self.kube,
            part,
            *(f"--{each}kubeconfig={kubeconfig}" for each in ("", "authentication-", "authorization-")),
            *flags,
            "--leader-elect=false",
            "--bind-address=127.0.0.1",
            f"--secure-port={port}",
        ]
        self.site.keep_running(part, command, self._answers(part))

    def _answers(self, part: str) -> Callable[[], bool]:
        return answers(self.authority, health_urls({part: self.site.port(part)})[part])


def health_urls(ports: Mapping[str, int]) -> dict[str, str]:
    """Part → where it says that it works; a part whose port is not chosen yet has none."""
    paths = {"etcd": "health", "apiserver": "readyz", "controllers": "healthz", "scheduler": "healthz"}
    return {part: f"https://127.0.0.1:{ports[part]}/{path}" for part, path in paths.items() if part in ports}


def answers(authority: Authority, url: str) -> Callable[[], bool]:
    """A health check with the cluster's own client certificate; the servers' are not all ours to verify."""
    certificate, key = authority.issue("health", "sandbox-health")
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(certificate, key)
    handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)]
    opener = urllib.request.build_opener(*handlers)

    def check() -> bool:
        try:
            with opener.open(url, timeout=2) as answer:
                return answer.status == _OK
        except OSError:
            return False

    return check


def etcd_command(data: Path, *, client: int, peer: int, certificate: Path, key: Path, trusted: Path) -> list[str]:
    """The command line of the one member, with its data in `data` and its two ports on loopback.

    The peer port has nobody to talk to, and asks for a certificate all the same: whoever may write there writes what
    the cluster believes, and loopback is every user's of this machine.
    """
    return [
        "etcd",
        "--name=sandbox",
        f"--data-dir={data}",
        f"--listen-client-urls=https://127.0.0.1:{client}",
        f"--advertise-client-urls=https://127.0.0.1:{client}",
        f"--listen-peer-urls=https://127.0.0.1:{peer}",
        f"--initial-advertise-peer-urls=https://127.0.0.1:{peer}",
        f"--initial-cluster=sandbox=https://127.0.0.1:{peer}",
        *(
            flag
            for side in ("", "peer-")
            for flag in (
                f"--{side}cert-file={certificate}",
                f"--{side}key-file={key}",
                f"--{side}client-cert-auth",
                f"--{side}trusted-ca-file={trusted}",
            )
        ),
        "--log-level=warn",
    ]


def free_of_other_clusters() -> None:
    """Refuse a machine whose services another cluster's kube-proxy already rules.

    Raises:
        SandboxError: it does, and it is not ours.
    """
    if network.foreign_kube_proxy():
        message = (
            "another cluster runs on this machine (its kube-proxy rules are here), and two would fight over them; "
            f"use it in place of the embedded one: {COMMAND} up --cluster context:NAME"
        )
        raise SandboxError(message)
