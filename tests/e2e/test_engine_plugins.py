"""The language host and the docker provider under the real engine, docker and registry."""

import os
import re
from collections.abc import Generator
from pathlib import Path

import pytest

from sandbox import registry
from sandbox.environment import UNSET, variables
from sandbox.state import State
from tests.e2e.toy import Toy, changes, make_toy

pytestmark = pytest.mark.e2e


@pytest.fixture
def toy(state: State, tmp_path: Path) -> Generator[Toy]:
    record = state.read()
    assert record is not None
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    # A docker configuration without logins: what opens the registry is what the program says.
    environment = {**environment, **variables(state), "DOCKER_CONFIG": str(tmp_path / "no-logins")}
    toy = make_toy(
        tmp_path / "toy",
        environment,
        registry=f"127.0.0.1:{record.options.registry_port}",
        user=registry.USER,
        password=state.secret("registry-password"),
    )
    yield toy
    toy.write()
    toy.pulumi("destroy", "--yes", "--skip-preview", "--remove")


def test_an_unchanged_image_shows_no_diff_and_a_changed_file_is_exactly_one_update(toy: Toy) -> None:
    first = toy.up()
    assert first.code == 0, first.output
    digest = toy.digest()
    assert re.fullmatch(rf"{toy.registry}/engine-test/web@sha256:[0-9a-f]{{64}}", digest)
    quiet = toy.pulumi("preview", "--expect-no-changes")
    assert quiet.code == 0, quiet.output
    assert "warning" not in quiet.output

    toy.file("hello", "other\n")
    second = toy.up()
    assert changes(second.output) == {"updated": 1, "unchanged": 1}, second.output
    assert toy.digest() != digest


def test_the_registrys_password_is_nowhere_to_be_read(toy: Toy) -> None:
    shown = [toy.pulumi("preview", "--diff").output, toy.up().output, toy.pulumi("stack", "export").output]
    assert [text for text in shown if toy.password in text] == []
    assert not (Path(toy.environment["DOCKER_CONFIG"]) / "config.json").exists()


def test_a_failing_step_and_a_refused_push_are_named(toy: Toy) -> None:
    toy.file("Dockerfile", "FROM scratch\nCOPY missing /\n")
    failed = toy.up()
    assert failed.code != 0
    assert "error building image" in failed.output
    assert "COPY missing /" in failed.output

    toy.file("Dockerfile", "FROM scratch\nCOPY hello /\n")
    toy.write(password="wrong-pa55word")
    refused = toy.up()
    assert refused.code != 0
    assert f"{toy.registry} refused the push: check registry.username and registry.password" in refused.output
    assert "wrong-pa55word" not in refused.output


def test_a_hook_that_raises_stops_the_update(toy: Toy) -> None:
    assert toy.up().code == 0
    digest = toy.digest()
    hook = 'def refuse(args):\n    raise RuntimeError("not today")\nhook = pulumi.ResourceHook("refuse", refuse)\n'
    binding = "opts=pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_update=[hook])),"
    toy.write(before=hook, options=binding)
    toy.file("hello", "other\n")
    stopped = toy.up()
    assert stopped.code != 0
    assert "not today" in stopped.output
    assert toy.digest() == digest


def test_a_program_that_raises_a_run_error_shows_its_text_and_no_traceback(toy: Toy) -> None:
    toy.write(before='raise pulumi.RunError("app.port must be below 65536")')
    refused = toy.up()
    assert refused.code != 0
    assert "error: app.port must be below 65536" in refused.output
    assert "Traceback" not in refused.output
