"""A policy pack in Python under the real engine, run by the sandbox's language host."""

import os
import secrets
import signal
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path

import psutil
import pytest
import yaml

from sandbox.environment import UNSET, variables
from sandbox.state import State
from tests.e2e.project import ROOT, Run, run
from tests.e2e.waiting import until
from tests.plugins.policy_pack import PACK

pytestmark = pytest.mark.e2e

Pulumi = Callable[..., Run]
RUNTIME = {"name": "python", "options": {"virtualenv": str(ROOT / ".venv")}}


class Packed:
    """A project with one resource, and a policy pack beside it."""

    def __init__(self, folder: Path, state: State) -> None:
        self.pack, self.project = folder / "pack", folder / "project"
        given = {name: value for name, value in os.environ.items() if name not in UNSET}
        self.environment = {**given, **variables(state)}
        self.stack = f"t{secrets.token_hex(4)}"
        for place, file, document, program in (
            (self.pack, "PulumiPolicy.yaml", {"runtime": RUNTIME, "version": "0.1.0"}, PACK),
            (
                self.project,
                "Pulumi.yaml",
                {"name": "packed", "runtime": RUNTIME},
                'import pulumi\npulumi.Stash("s", input=1)',
            ),
        ):
            place.mkdir(parents=True)
            (place / file).write_text(yaml.safe_dump(document))
            (place / "__main__.py").write_text(program)

    def words(self, *words: str) -> list[str]:
        return ["pulumi", *words, "-s", self.stack, "--non-interactive"]

    def pulumi(self, *words: str, **extra: str) -> Run:
        return run(self.words(*words), cwd=self.project, environment={**self.environment, **extra})

    def preview(self, **extra: str) -> Run:
        return self.pulumi("preview", "--policy-pack", "../pack", **extra)

    def running(self) -> list[psutil.Process]:
        """The processes of the pack."""
        return [each for each in psutil.process_iter(["cmdline"]) if str(self.pack) in (each.info["cmdline"] or [])]


@pytest.fixture
def packed(state: State, tmp_path: Path) -> Generator[Packed]:
    made = Packed(tmp_path, state)
    assert made.pulumi("stack", "init").code == 0
    yield made
    made.pulumi("stack", "rm", "--yes", "--force")


def test_a_pack_knows_its_stack_and_what_it_finds_is_shown(packed: Packed) -> None:
    done = packed.preview()
    assert done.code == 0, done.output
    assert "[advisory]  no-stash  (pulumi:index:Stash: s)" in done.output
    assert f"a stash in {packed.stack} of packed" in done.output
    assert packed.running() == []


def test_what_must_not_be_ends_the_preview(packed: Packed) -> None:
    done = packed.preview(PACK_LEVEL="mandatory")
    assert done.code != 0
    assert "[mandatory]  no-stash  (pulumi:index:Stash: s)" in done.output


def test_a_broken_pack_is_told_with_its_own_words(packed: Packed) -> None:
    (packed.pack / "__main__.py").write_text("raise ValueError('broken')\n")
    done = packed.preview()
    assert done.code != 0
    assert "ValueError: broken" in done.output
    assert packed.running() == []


def test_ctrl_c_leaves_no_process_of_a_pack(packed: Packed) -> None:
    process = subprocess.Popen(
        packed.words("preview", "--policy-pack", "../pack"),
        cwd=packed.project,
        env={**packed.environment, "PACK_SECONDS": "60"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None
        next(line for line in process.stdout if "previewing" in line or "Previewing" in line)
        until(packed.running)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)  # the second one: do not wait for the pack
        process.wait(20)
    until(lambda: not packed.running(), seconds=10)
