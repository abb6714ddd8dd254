"""What Pulumi's runners lack, and the commands that make it good, run as a runner runs them."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from components.platforms.contract import Target
from ops.deployments_tools import tools
from tests.unit.deployments_values import wanted

PLUGINS = {"aks": "kubelogin", "eks": "aws", "gke": "gke-gcloud-auth-plugin"}
"""What the kubeconfigs of components/platforms log in with."""


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """A PATH with a shell and what says what it was asked for, in `log`."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for each in ("sh", "cat", "gpg", "tee"):
        real = shutil.which(each)
        if real is not None:
            (programs / each).symlink_to(real)
    for each in ("az", "python3", "curl", "apt-get"):
        (programs / each).write_text(f'#!/bin/sh\necho "{each} $*" >> {tmp_path}/log\n')
        (programs / each).chmod(0o755)
    return programs


def run(command: str, programs: Path, **variables: str) -> int:
    """As a runner runs it: in a shell of its own."""
    environment = {"PATH": str(programs), **variables}
    return subprocess.run(["/bin/sh", "-c", command], env=environment, capture_output=True, check=False).returncode


@pytest.mark.parametrize("target", PLUGINS)
def test_a_plug_in_that_is_there_is_not_installed(target: str, runner: Path) -> None:
    (runner / PLUGINS[target]).symlink_to("/bin/true")
    first = tools(Target(target), by_oidc=False, builds=False).commands[0]
    assert run(first, runner) == 0
    assert not (runner.parent / "log").exists()


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("aks", "az aks install-cli --kubelogin-version 0.2.19\n"),
        ("eks", "python3 -m pip install awscli==1.46.2\n"),
    ],
)
def test_a_plug_in_that_is_missing_is_installed(target: str, asked: str, runner: Path) -> None:
    first = tools(Target(target), by_oidc=False, builds=False).commands[0]
    assert run(first, runner) == 0
    assert (runner.parent / "log").read_text() == asked


def test_the_plug_in_of_google_comes_from_googles_packages(runner: Path) -> None:
    first = tools(Target.GKE, by_oidc=False, builds=False).commands[0]
    here = first.replace("/usr/share/keyrings", str(runner.parent)).replace(
        "/etc/apt/sources.list.d", str(runner.parent)
    )
    (runner / "gpg").unlink(missing_ok=True)
    (runner / "gpg").symlink_to("/bin/true")
    assert run(here, runner) == 0
    asked = (runner.parent / "log").read_text().splitlines()
    assert asked[-2:] == ["apt-get update", "apt-get install -y google-cloud-cli-gke-gcloud-auth-plugin"]
    assert "packages.cloud.google.com/apt cloud-sdk main" in (runner.parent / "gcloud.list").read_text()


def test_a_plug_in_that_cannot_be_installed_ends_the_run(runner: Path) -> None:
    (runner / "az").write_text("#!/bin/sh\nexit 7\n")
    assert run(tools(Target.AKS, by_oidc=True, builds=False).commands[0], runner) == 7


def test_the_plug_in_of_google_gets_the_login_of_the_run_and_nobody_else_can_read_it(runner: Path) -> None:
    needed = tools(Target.GKE, by_oidc=True, builds=False)
    place = needed.variables["GOOGLE_APPLICATION_CREDENTIALS"]
    mine = runner.parent / "credentials.json"
    secret = json.dumps({"type": "external_account", "a": "%s\\n"})
    assert run(needed.commands[1].replace(place, str(mine)), runner, GOOGLE_CREDENTIALS=secret) == 0
    assert mine.read_text() == secret
    assert mine.stat().st_mode & 0o077 == 0


def test_azures_provider_and_plug_in_get_the_token_of_the_run() -> None:
    """By the variables that both read: components/platforms/login_azure.py and login_kubelogin.py."""
    variables = tools(Target.AKS, by_oidc=True, builds=False).variables
    assert variables == {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": "/mnt/pulumi/pulumi.oidc"}
    assert tools(Target.AKS, by_oidc=False, builds=False).variables == {}


def test_runners_of_ones_own_get_no_tools() -> None:
    operation = wanted("gke", builds=True, runnerPool="pool-1")["operationContext"]
    assert (operation["preRunCommands"], operation["environmentVariables"]) == ([], {})
