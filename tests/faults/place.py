"""Where faults happen: fault registries on loopback, and nodes that are led to them under real registries' names."""

import base64
import json
import shutil
import threading
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.state import State
from tests.e2e.turns import of_registry, turn
from tests.faults.containerd_hosts import hosts_file, hosts_toml
from tests.faults.faults import Fault, Server
from tests.faults.images import Image
from tests.faults.registry_certificates import Certificate, Kind, issue
from tests.faults.registry_server import FaultRegistry

_CERTIFICATES: Mapping[Server, Kind] = {
    Server.SELF_SIGNED: Kind.SELF_SIGNED,
    Server.EXPIRED: Kind.EXPIRED,
    Server.WRONG_NAME: Kind.WRONG_NAME,
}


@dataclass(frozen=True)
class Injected:
    """A fault that is in place."""

    reference: str
    """What to deploy."""
    pull_secret: str
    """Text of a dockerconfigjson with the fault's login; of none when it has none."""


class Place:
    """Servers and nodes; `inject` puts one fault in place."""

    def __init__(self, servers: Mapping[Server, FaultRegistry], nodes: list[Path], certificates: Path) -> None:
        self._servers = servers
        self._nodes = nodes
        self._certificates = certificates
        self._users: Counter[Path] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def inject(
        self, fault: Fault, seed: str, *, image: Image | None = None, nodes: slice = slice(None)
    ) -> Generator[Injected]:
        """Let the fault be there inside of the block.

        Args:
            fault: which.
            seed: makes its image a new one, so that no node has it.
            image: what is behind the repository, in place of an image that does nothing.
            nodes: which nodes are led away.
        """
        server = self._servers[fault.server]
        repository = f"faults/{fault.name}"
        behaviour = fault.made(seed, image)
        server.behave(repository, behaviour)
        host = fault.host or server.url.rpartition("/")[2]
        folders = [node / "certs.d" / hosts_file(host).parent for node in self._nodes[nodes]]
        if fault.host and fault.host.endswith(".invalid"):
            folders = []
        assert behaviour.image is not None
        reference = fault.reference or f"{host}/{repository}@{behaviour.image.top.digest}"
        with turn(of_registry(host), alone=False):
            for folder in folders:
                self._lead(folder, host, fault.server)
            try:
                yield Injected(reference, _docker_config(host, fault.login))
            finally:
                server.release()
                server.behave(repository, None)
                for folder in folders:
                    self._leave(folder)

    def _lead(self, folder: Path, host: str, server: Server) -> None:
        url = self._servers[server].url
        authority = None
        if server is Server.HTTP_ASKED_BY_HTTPS:
            url = url.replace("http://", "https://")
        elif server in (Server.EXPIRED, Server.WRONG_NAME):
            authority = self._certificates / f"{_CERTIFICATES[server]}-ca.pem"
        with self._lock:  # faults of one host may be in place at the same time
            self._users[folder] += 1
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "hosts.toml").write_text(hosts_toml(host, url, authority))

    def _leave(self, folder: Path) -> None:
        with self._lock:
            self._users[folder] -= 1
            if not self._users[folder]:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def faulty_place(state: State, scratch: Path) -> Generator[Place]:
    """Fault registries for all nodes of the sandbox."""
    with ExitStack() as stack:
        servers: dict[Server, FaultRegistry] = {}
        for server in Server:
            kind = _CERTIFICATES.get(server)
            certificate: Certificate | None = None if kind is None else issue(scratch, kind)
            servers[server] = stack.enter_context(FaultRegistry(certificate=certificate))
        nodes = sorted(path for path in (state.folder / "nodes").iterdir() if path.is_dir())
        yield Place(servers, nodes, scratch)


def _docker_config(host: str, login: tuple[str, str] | None) -> str:
    auths: dict[str, object] = {}
    if login is not None:
        username, password = login
        auth = base64.b64encode(f"{username}:{password}".encode()).decode()
        auths[host] = {"username": username, "password": password, "auth": auth}
    return json.dumps({"auths": auths})
