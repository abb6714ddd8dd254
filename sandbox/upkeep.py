"""What a cluster's own add-ons do all the time, for the embedded cluster: it makes volumes and enforces policies.

One process looks at the cluster a few times a second. That is simpler than to watch, and quick enough to wait for.
"""

import ssl
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from sandbox import policies, volumes
from sandbox.control_plane import ControlPlane
from sandbox.pulumi_home import CHECKOUT
from sandbox.site import Site

PART = "upkeep"

_LOOK_SECONDS, _ALIVE_SECONDS = 0.3, 10.0


def start(site: Site, plane: ControlPlane) -> None:
    """Start the process.

    Raises:
        SandboxError: it ended, or does not look.
    """
    folder = site.state.folder / "volumes"
    folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    certificate, key = plane.authority.issue("client-upkeep", "sandbox-upkeep")
    files = [plane.authority.certificate_file, certificate, key]
    command = [CHECKOUT / ".venv/bin/python", "-m", "sandbox.upkeep", plane.server, *files, folder]
    site.keep_running(PART, command, lambda: _looks(folder), environment={"PYTHONPATH": str(CHECKOUT)})


def _looks(folder: Path) -> bool:
    try:
        return time.time() - _sign(folder).stat().st_mtime < _ALIVE_SECONDS
    except OSError:
        return False


def _sign(folder: Path) -> Path:
    return folder / ".looked"


def _client(server: str, authority: str, certificate: str, key: str) -> httpx.Client:
    trust = ssl.create_default_context(cafile=authority)
    trust.load_cert_chain(certificate, key)
    return httpx.Client(base_url=server, verify=trust, timeout=10, trust_env=False)


def main(words: Sequence[str]) -> None:
    """Look for ever; what goes wrong in one round is said, and tried again in the next."""
    server, authority, certificate, key, given = words
    folder, enforcing = Path(given), policies.Enforcing()
    with _client(server, authority, certificate, key) as client:
        while True:
            try:
                volumes.look(client, folder)
                enforcing.look(client)
                _sign(folder).touch()
            except (httpx.HTTPError, OSError, policies.FirewallError) as error:
                print(f"{type(error).__name__}: {error}", flush=True)
            time.sleep(_LOOK_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1:])
