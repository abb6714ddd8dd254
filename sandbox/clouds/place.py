"""Where the simulated clouds keep their things, in the sandbox's state."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.clouds.packages import PACKAGES
from sandbox.state import State

PART = "clouds"
"""Name of the service among the sandbox's parts."""
SECRET = "clouds-metadata"  # noqa: S105 - the secret's name, as State.secret takes it
"""What whoever asks the metadata service must know."""
# Each provider is served on the port `clouds-<package>`.
PORTS = tuple(f"{PART}-{each}" for each in (*PACKAGES, "front", "proxy", "metadata"))


@dataclass(frozen=True)
class Place:
    """The folder `clouds` of a state."""

    state: State

    @property
    def folder(self) -> Path:
        """All of it."""
        return self.state.folder / PART

    @property
    def world(self) -> Path:
        """What exists; see `world.World`."""
        return self.folder / "world.json"

    @property
    def behaviour(self) -> Path:
        """How the clouds behave; see `behaviour.Behaviour`."""
        return self.folder / "behaviour.json"

    @property
    def foreign(self) -> Path:
        """Which registries of other providers are simulated, and their accounts; see `foreign.Account`."""
        return self.folder / "foreign.json"

    @property
    def certificates(self) -> Path:
        """The authority of the registries' certificates."""
        return self.folder / "certificates"

    @property
    def roots(self) -> Path:
        """Certificates that a shell of the clouds trusts: the machine's, and this authority."""
        return self.folder / "roots.pem"

    @property
    def upstream(self) -> Path:
        """The proxy settings of the shell that first asked for clouds; while it is there, clouds are wanted."""
        return self.folder / "upstream.json"

    @property
    def google_login(self) -> Path:
        """What GOOGLE_APPLICATION_CREDENTIALS names."""
        return self.folder / "google-credentials.json"

    @property
    def commands(self) -> Path:
        """Stand-ins for the clouds' commands, on PATH only in a shell of the clouds."""
        return self.state.folder / "clouds-bin"

    def wanted(self) -> bool:
        """Whether the clouds were asked for in this sandbox, and so must run."""
        return self.upstream.exists()


def health_url(ports: Mapping[str, int]) -> str:
    """Where the service says that it works, by the ports of the sandbox's record."""
    return f"http://127.0.0.1:{ports['clouds-metadata']}/healthz"
