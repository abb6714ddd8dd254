"""Which stack pulumi is told to read and to change: the one that was meant, in its organization.

To Pulumi Cloud a name alone is a stack of the default organization, so that another stack would be written over.
"""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ops.__main__ import app
from ops.stack_names import typed_as
from tests.unit import stack_exports as export
from tests.unit.fake_pulumi import FakePulumi
from tests.unit.plain_api import kubeconfig
from tests.unit.stack_cluster import rolled_out, serving
from tests.unit.stack_exports import exported, whole
from tests.unit.stack_locks import dead_process, lock
from tests.unit.stack_place import place
from tests.unit.test_ops_good_versions import update, version

THEIRS = "acme/monadic-pipeline/local"


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    return FakePulumi(tmp_path, monkeypatch)


@pytest.fixture(params=["typed", "selected"])
def words(request: pytest.FixtureRequest, pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """How the stack of another organization is meant."""
    if request.param == "typed":
        return ("-s", THEIRS)
    monkeypatch.setenv("PULUMI_BACKEND_URL", "https://api.pulumi.com")
    pulumi.answers("name", f"{THEIRS}\n")
    return ()


def ask(*words: str) -> Result:
    done = CliRunner().invoke(app, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def about(pulumi: FakePulumi, *words: str) -> list[str]:
    """What pulumi was asked of these commands."""
    return [each for each in pulumi.asked if each.startswith(words)]


def pending() -> str:
    made = ({"type": "updating", "resource": export.service()},)
    return exported(export.root(), export.provider("k"), export.service(), pending=made)


def test_recover_changes_the_stack_that_it_has_read(pulumi: FakePulumi, words: tuple[str, ...]) -> None:
    pulumi.answers("export", pending())
    looked = ask("recover", *words)
    assert f"type     .venv/bin/python -m ops recover -s {THEIRS} --yes" in looked.stdout, looked.output
    done = ask("recover", *words, "--yes")
    assert done.exit_code == 0, done.output
    changes = about(pulumi, "stack import", "refresh", "preview", "stack export --stack")
    assert [each.split()[0] for each in changes] == ["stack", "stack", "refresh", "preview"]
    assert [each for each in changes if f"--stack {THEIRS} " not in each] == []


def test_a_lock_that_is_left_is_taken_from_the_stack_that_was_meant(pulumi: FakePulumi) -> None:
    lock(pulumi, pid=dead_process())
    pulumi.answers("export", pending())
    assert ask("recover", "-s", THEIRS, "--yes").exit_code == 0
    assert about(pulumi, "cancel") == [f"cancel --yes --stack {THEIRS} --non-interactive --color never"]


def test_rollback_changes_the_stack_that_it_has_read(pulumi: FakePulumi, words: tuple[str, ...]) -> None:
    with place(serving()) as here:
        here.cluster.objects["web"] = rolled_out()
        here.cluster.lists["replicasets"] = [version(1, "c", 10), version(2, "a", 110)]
        pulumi.answers("export", here.exported())
        pulumi.answers("history", json.dumps([update(100, 120), update(0, 20)]))
        looked = ask("rollback", *words)
        assert f"ops rollback -s {THEIRS} --yes" in looked.stdout, looked.output
        done = ask("rollback", *words, "--yes")
    assert (done.exit_code, f"image.digest -s {THEIRS}   # to build" in done.stdout) == (0, True), done.output
    changes = about(pulumi, "stack history", "config set", "up")
    assert [each.split()[0] for each in changes] == ["stack", "stack", "config", "up"]
    assert [each for each in changes if f"--stack {THEIRS}" not in each] == []


def test_a_report_previews_the_stack_that_it_has_read(pulumi: FakePulumi, words: tuple[str, ...]) -> None:
    with place(serving()) as here:
        pulumi.answers("export", here.exported())
        ask("report", "--preview", *words)
    (preview,) = about(pulumi, "preview")
    assert f"--stack {THEIRS} " in preview


@pytest.mark.parametrize("command", ["status", "verify", "report"])
def test_what_is_to_be_typed_is_for_the_stack_that_was_meant(
    pulumi: FakePulumi, command: str, words: tuple[str, ...]
) -> None:
    with place(serving()) as here:
        here.cluster.refused["web"] = here.cluster.refused["pods"] = 401
        pulumi.answers("export", here.exported())
        done = ask(command, *words)
    shown = done.stdout if command != "report" else (pulumi.project / "report.html").read_text()
    assert f"pulumi up -s {THEIRS}" in shown, done.output
    assert "-s local" not in shown


def test_what_a_status_says_of_operations_is_for_the_stack_that_was_meant(pulumi: FakePulumi) -> None:
    pulumi.answers("export", pending().replace('"k"', json.dumps(kubeconfig("http://127.0.0.1:1"))))
    assert f"ops recover -s {THEIRS}" in ask("status", "-s", THEIRS).stdout


def test_its_locks_go_by_its_name_alone(pulumi: FakePulumi) -> None:
    lock(pulumi)
    pulumi.answers("export", whole())
    assert f"error: the stack {THEIRS} is locked by me@" in ask("recover", "-s", THEIRS).stderr


@pytest.mark.parametrize(
    ("full", "backend", "typed"),
    [
        ("acme/shop/local", "https://api.pulumi.com", "acme/shop/local"),
        ("acme/shop/local", "", "acme/shop/local"),
        ("organization/shop/local", "file:///state", "local"),
        ("organization/shop/local", "s3://bucket", "local"),
        ("local", "file:///state", "local"),
    ],
)
def test_a_selected_stack_is_typed_in_the_shortest_way_that_means_it(full: str, backend: str, typed: str) -> None:
    assert typed_as(full, backend) == typed
