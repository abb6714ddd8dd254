"""What Pulumi finds in the sandbox: its own home, state folder, plug-ins, passphrase and the stack `local`."""

import importlib.metadata
import os
import shutil
import subprocess
from pathlib import Path

from sandbox.build_progress import signs_of_life
from sandbox.engine import launchers
from sandbox.environment import UNSET, variables
from sandbox.errors import SandboxError
from sandbox.site import Site
from sandbox.state import private_command, random_text
from sandbox.tool_catalogue import CATALOGUE
from sandbox.toolchain import Origin

CHECKOUT = Path(__file__).resolve().parent.parent
STACKS = ("local",)
_SECONDS = 300
"""For commands that print little; a plug-in that is fetched over a slow line takes minutes."""


def prepare(site: Site, origin: Origin) -> None:
    """Make the folders, commands and plug-ins, and the stack that `pulumi up -s local` means.

    Raises:
        SandboxError: the stack cannot be made.
    """
    state = site.state
    random_text(state.passphrase)
    for folder in (state.bin, state.pulumi_home, state.pulumi_state):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    python = CHECKOUT / ".venv/bin/python"
    engine = _engine(site, python) if origin is Origin.BUILT else site.tools["pulumi"]
    private_command(state.bin / "pulumi", python, CHECKOUT / "sandbox/pulumi_command.py", engine)
    _kubernetes_provider(site)
    _docker_provider(site, origin, python)
    for stack in STACKS:
        make_stack(site, stack)


def _engine(site: Site, python: Path) -> Path:
    """The built pulumi with the language host beside it: one that is found on PATH makes each run print a warning."""
    folder = site.state.folder / "engine"
    launchers.install_language_host(folder, python)
    engine = folder / "pulumi"
    if not engine.exists():
        _link_or_copy(site.tools["pulumi"], engine)
    return engine


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _kubernetes_provider(site: Site) -> None:
    provider = site.tools["kubernetes-provider"]
    folder = _plugin_folder(site, "kubernetes", CATALOGUE["kubernetes-provider"].version)
    folder.mkdir(parents=True, exist_ok=True)
    for file in provider.parent.iterdir():
        target = folder / file.name
        if not target.exists():
            _link_or_copy(file, target)


def _docker_provider(site: Site, origin: Origin, python: Path) -> None:
    """The official plug-in for an official Pulumi, where it can be fetched; else the sandbox's own."""
    version = importlib.metadata.version("pulumi-docker")
    if _plugin_folder(site, "docker", version).exists():
        return
    if origin is not Origin.BUILT:
        with signs_of_life(f"fetching the docker plug-in {version}"):
            fetched = run_pulumi(site, "plugin", "install", "resource", "docker", version)
        if fetched.returncode == 0:
            return
        site.say("the official docker plug-in cannot be fetched, so the sandbox's own is used")
    launchers.install_docker_provider(site.state.pulumi_home, python)


def _plugin_folder(site: Site, name: str, version: str) -> Path:
    return site.state.pulumi_home / "plugins" / f"resource-{name}-v{version}"


def make_stack(site: Site, stack: str, *, select: bool = True) -> None:
    """Make a stack unless it is there; `select` it, so that pulumi without `-s` means it.

    Raises:
        SandboxError: pulumi cannot make it.
    """
    if list(site.state.pulumi_state.rglob(f"{stack}.json")):
        return
    done = run_pulumi(site, "stack", "init", stack, *(() if select else ("--no-select",)))
    if done.returncode and "already exists" not in done.stderr:
        message = f"pulumi cannot make the stack {stack}: {done.stderr.strip()}"
        raise SandboxError(message)


def _environment(site: Site) -> dict[str, str]:
    values = {name: value for name, value in os.environ.items() if name not in UNSET}
    return {**values, **variables(site.state)}


def run_pulumi(site: Site, *words: str) -> subprocess.CompletedProcess[str]:
    """Run pulumi in the project as a shell with `python -m sandbox env` would; its output is captured."""
    return subprocess.run(
        [site.state.bin / "pulumi", *words, "--non-interactive"],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env=_environment(site),
        timeout=_SECONDS,
        check=False,
    )


def stream_pulumi(site: Site, *words: str) -> int:
    """Run pulumi likewise, with its output to this terminal; its exit code."""
    return subprocess.run(
        [site.state.bin / "pulumi", *words], cwd=CHECKOUT, env=_environment(site), check=False
    ).returncode
