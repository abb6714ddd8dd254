"""Registries of other providers in the simulation, as a test has them: one account each, and what they were asked."""

import base64
import json
import shutil
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.clouds.foreign import Account, write_accounts
from tests.clouds.sky import Sky
from tests.e2e.project import Project
from tests.e2e.turns import of_registry, turn


@dataclass(frozen=True)
class Registries:
    """Those that are there."""

    sky: Sky
    accounts: dict[str, Account]
    """Registry → its account."""

    @property
    def now(self) -> int:
        """How much they were asked by now."""
        return len(self.sky.requests())

    def renew(self, host: str, password: str) -> None:
        """Give an account another password."""
        self.accounts[host] = self.accounts[host].model_copy(update={"password": password})
        self.write()

    def write(self) -> None:
        """Let there be these and no others."""
        write_accounts(self.sky.folder / "foreign.json", {host: [each] for host, each in self.accounts.items()})

    def nodes_pulled(self, host: str, since: int) -> bool:
        """Whether nodes fetched what is new of an image since a moment.

        That is its configuration, at which the program looks too, and a layer.
        """
        return len({each for each in self._let_in(host, since) if " GET " in each and "/blobs/sha256:" in each}) > 1

    def manifests(self, host: str, since: int) -> list[str]:
        """Manifests that it gave away."""
        return [each for each in self._let_in(host, since) if "/manifests/" in each]

    def _let_in(self, host: str, since: int) -> list[str]:
        asked = self.sky.requests()[since:]
        return [each for each in asked if each.startswith(f"{host} ") and each.endswith(" 200")]


@contextmanager
def registries(sky: Sky, accounts: Mapping[str, Account]) -> Generator[Registries]:
    """They are there inside of the block; afterwards their names lead where they really are."""
    made = Registries(sky, dict(accounts))
    with ExitStack() as turns:
        for host in accounts:
            turns.enter_context(turn(of_registry(host), alone=True))
        made.write()
        try:
            yield made
        finally:
            (sky.folder / "foreign.json").unlink()
            for host in accounts:
                for led in (sky.folder.parent / "nodes").glob(f"*/certs.d/{host}"):
                    shutil.rmtree(led)


def docker_login(stack: Project, folder: Path, key: str, username: str, password: str) -> None:
    """What `docker login` leaves in a folder, which the stack's shell uses from now on.

    Args:
        stack: whose shell.
        folder: may be there.
        key: of the registry in docker's list of logins.
        username: of the login.
        password: likewise.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    auth = base64.b64encode(f"{username}:{password}".encode()).decode()
    file = folder / "config.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps({"auths": {key: {"auth": auth}}}))
    stack.environment["DOCKER_CONFIG"] = str(folder)


def pull_secret(stack: Project) -> dict[str, dict[str, str]]:
    """The logins in a stack's pull secret, by the keys of their registries."""
    secret = stack.kubectl("get", "secret/registry-pull")
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    return json.loads(base64.b64decode(secret["data"][".dockerconfigjson"]))["auths"]


def revision(stack: Project) -> str:
    """Of the app's Deployment: another one as soon as pods are rolled."""
    (deployment,) = stack.kubectl("get", "deployments")["items"]
    return deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"]
