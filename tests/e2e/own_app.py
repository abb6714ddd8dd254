"""A repository that is not ours, and a shell in it that types what docs/own-app.md says."""

import os
import secrets
import shutil
import subprocess
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.bootstrap_venv import UV_VERSION
from sandbox.cache_home import cache_home
from sandbox.environment import UNSET, variables
from sandbox.registry import USER, host_at
from sandbox.site import free_port
from sandbox.state import State
from tests.e2e.project import ROOT, Run, copy_checkout, run
from tests.unit.clouds_page import blocks
from tests.unit.docs_pages import sections, text_of

PAGE = "own-app.md"
SOURCE = ROOT / "tests" / "own_app"
REGISTRY, STACK, LIBRARY = "registry.example.com", "production", "https://git.example.com/team/monadic-pipeline"
CHECKOUT = "../../monadic-pipeline"
"""What stands on the page for the reader's own."""


def copy_repository(folder: Path) -> None:
    """Make the other repository, without what building or installing may have left beside its files."""
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("venv", "shop", "__pycache__", "Pulumi.*.yaml"))


def library_at_its_address(folder: Path) -> dict[str, str]:
    """Commit this checkout as it is now, and let git find that under the address on the page; variables for git."""
    copy_checkout(folder)
    who = ["-c", "user.name=tests", "-c", "user.email=tests@example.com", "-c", "commit.gpgsign=false"]
    for words in (
        ["init", "--quiet", "--initial-branch", "main"],
        ["add", "--all"],
        [*who, "commit", "--quiet", "-m", "all"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{folder}.insteadOf",
        "GIT_CONFIG_VALUE_0": LIBRARY,
    }


@dataclass
class Shell:
    """Somebody who types what stands on the page, from one block to the next."""

    folder: Path
    """Where it is; a `cd` moves it."""
    environment: Mapping[str, str]
    registry: str
    stack: str

    def types(self, title: str, block: int = 0) -> str:
        """Run a block below a heading, which must succeed; what it printed."""
        done = self.run(blocks("sh", sections(text_of(PAGE))[title])[block])
        assert done.code == 0, done.output
        printed, _, folder = done.output.rstrip("\n").rpartition("\n")
        self.folder = Path(folder)
        return printed

    def run(self, text: str) -> Run:
        """Run lines of the page; the last line that they print is the folder that they end in."""
        port = free_port(set())
        own = {REGISTRY: self.registry, STACK: self.stack, CHECKOUT: str(ROOT)}
        own |= {" 9000:": f" {port}:", "127.0.0.1:9000": f"127.0.0.1:{port}"}
        for on_page, here in own.items():
            text = text.replace(on_page, here)
        script = f"trap 'kill $(jobs -p) 2>/dev/null || :' EXIT\n{text}\npwd"
        return run(["bash", "-euo", "pipefail", "-c", script], cwd=self.folder, environment=dict(self.environment))


def shown(title: str) -> list[str]:
    """What the page says below a heading that somebody sees."""
    return [each.strip("\n") for each in blocks("text", sections(text_of(PAGE))[title])]


def another_repository(state: State, scratch: Path) -> Shell:
    """The other repository, in a shell that uses the sandbox."""
    record = state.read()
    assert record is not None
    copy_repository(scratch / "shop")
    registry, git = host_at(record.options.registry_port), library_at_its_address(scratch / "library")
    environment = {name: value for name, value in os.environ.items() if name not in {*UNSET, "PYTHONPATH"}}
    login = {"REGISTRY_USER": USER, "REGISTRY_PASSWORD": state.secret("registry-password")}
    # Nobody is there to be asked whether the update shall be done. Pip would take minutes, uv takes what it has.
    environment |= {**variables(state), **git, **login, "PULUMI_SKIP_CONFIRMATIONS": "true", "UV_SYSTEM_CERTS": "1"}
    environment["PATH"] += f":{cache_home() / f'uv-{UV_VERSION}' / 'bin'}"
    return Shell(scratch / "shop", environment, registry, f"e2e-{secrets.token_hex(3)}")


def diagnostics(output: str) -> str:
    """All that pulumi says at its end of what went wrong, without its indentation and without whose it is."""
    _, _, end = output.partition("\nDiagnostics:\n")
    _, *lines = textwrap.dedent(end.partition("\nResources:\n")[0].strip("\n")).splitlines()
    return textwrap.dedent("\n".join(lines)).strip()
