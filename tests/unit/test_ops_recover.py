"""The command `python -m ops recover`: what it asks a cluster, and a stack without anything in it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.__main__ import app
from ops.recover import plan
from ops.recovery import Action, Said
from ops.stack_cluster import Access
from pulls.cluster import ClusterError
from tests.unit import stack_exports as export
from tests.unit.fake_pulumi import FakePulumi
from tests.unit.plain_api import kubeconfig
from tests.unit.stack_exports import exported
from tests.unit.stack_locks import dead_process, lock
from tests.unit.stack_place import stack_of


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    return FakePulumi(tmp_path, monkeypatch)


def creating(*names: str) -> tuple[export.Json, ...]:
    return tuple({"type": "creating", "resource": export.service(each)} for each in names)


class Nothing:
    """A cluster with nothing in it."""

    def read(self, path: str) -> export.Json:
        raise ClusterError(path, 404)


def test_a_cluster_is_connected_to_once_for_all_that_is_looked_up_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[Access] = []

    def connect(way: Access) -> Nothing:
        connected.append(way)
        return Nothing()

    monkeypatch.setattr("ops.recover.connect_to", connect)
    stack = stack_of(exported(export.root(), export.provider("k"), pending=creating("one", "two", "three")))
    assert [each.action for each in plan(stack, Said()).decisions] == [Action.FORGET] * 3
    assert [each.kubeconfig for each in connected] == ["k"]


def test_a_first_update_that_was_killed_before_it_made_anything_leaves_a_lock_that_goes(pulumi: FakePulumi) -> None:
    pulumi.answers("export", exported())
    lock(pulumi, pid=dead_process())
    looked = CliRunner().invoke(app, ["recover", "-s", "local"])
    assert looked.exit_code == 3, looked.output
    assert "left by me@" in looked.stdout
    assert "nothing yet" in looked.stdout
    assert not [each for each in pulumi.asked if each.startswith("cancel")]
    done = CliRunner().invoke(app, ["recover", "-s", "local", "--yes"])
    assert done.exit_code == 0, done.output
    assert [each.split()[0] for each in pulumi.asked[-3:]] == ["cancel", "stack", "preview"]
    assert "cancel --yes --stack local" in pulumi.asked[-3]


def test_a_first_update_at_work_is_left_alone(pulumi: FakePulumi) -> None:
    pulumi.answers("export", exported())
    lock(pulumi)
    done = CliRunner().invoke(app, ["recover", "-s", "local", "--yes"])
    assert (done.exit_code, "is locked by me@" in done.stderr) == (1, True)
    assert not [each for each in pulumi.asked if each.startswith("cancel")]


def test_a_cluster_that_is_gone_is_one_line_and_nothing_changes(pulumi: FakePulumi) -> None:
    gone = export.provider(kubeconfig("http://127.0.0.1:1"))
    pulumi.answers("export", exported(export.root(), gone, pending=creating("web")))
    done = CliRunner().invoke(app, ["recover", "-s", "local", "--yes"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("error: the cluster does not answer GET ")
    assert len(pulumi.asked) == 1
