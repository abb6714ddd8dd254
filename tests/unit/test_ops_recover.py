"""The command `python -m ops recover`: what it asks a cluster, and a stack without anything in it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

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
    assert [each.split()[0] for each in pulumi.asked[-3:]] == ["stack", "cancel", "preview"]
    assert "cancel --yes --stack local" in pulumi.asked[-2]


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


# What a killed update was doing, and what a person says of it

MADE, OTHER = export.service("web"), export.service("db")


def asks(*made: export.Json) -> str:
    """Of things that no cluster can tell of."""
    return exported(export.root(), pending=tuple({"type": "creating", "resource": clouds(each)} for each in made))


def interrupted() -> str:
    """A state in which an update of something was cut off."""
    return exported(export.root(), MADE, pending=({"type": "updating", "resource": MADE},))


def clouds(made: export.Json) -> export.Json:
    return {**made, "type": "aws:eks/cluster:Cluster"}


def recover(*words: str) -> Result:
    done = CliRunner().invoke(app, ["recover", "-s", "local", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_a_dry_run_is_what_it_is_without_yes_and_never_with_it(pulumi: FakePulumi) -> None:
    pulumi.answers("export", interrupted())
    plain, dry = recover(), recover("--dry-run")
    assert (dry.exit_code, dry.stdout) == (plain.exit_code, plain.stdout) == (3, plain.stdout)
    both = recover("--dry-run", "--yes")
    assert both.exit_code == 2
    assert "--yes and --dry-run exclude each other" in " ".join(both.stderr.split())
    assert len(pulumi.asked) == 2


@pytest.mark.parametrize("option", ["--absent", "--present"])
def test_a_word_about_something_that_was_not_being_made_is_refused_with_what_was(
    pulumi: FakePulumi, option: str
) -> None:
    pulumi.answers("export", asks(OTHER, MADE))
    wrong = MADE["urn"].replace("::web", "::wep")
    done = recover(option, wrong if option == "--absent" else f"{wrong}=id", "--yes")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        f"error: {option} names {wrong}, which was not being made; what was: {MADE['urn']}, {OTHER['urn']}\n"
    )
    assert len(pulumi.asked) == 1


def test_a_word_about_a_stack_in_which_nothing_was_being_made_is_refused(pulumi: FakePulumi) -> None:
    pulumi.answers("export", interrupted())
    done = recover("--absent", MADE["urn"], "--yes")
    assert (done.exit_code, "and nothing was being made; leave the option out" in done.stderr) == (1, True)
    assert len(pulumi.asked) == 1


def test_what_a_person_has_looked_up_is_done(pulumi: FakePulumi) -> None:
    pulumi.answers("export", asks(OTHER, MADE))
    assert "--absent" in recover("--absent", OTHER["urn"]).stdout
    done = recover("--absent", OTHER["urn"], "--present", f"{MADE['urn']}=shop/web", "--yes")
    assert done.exit_code == 0, done.output
