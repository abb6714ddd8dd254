"""What each command about a stack says of what is in its way: one line and code 1, or what the state alone tells."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ops.__main__ import app
from tests.unit import stack_exports as export
from tests.unit.fake_pulumi import FakePulumi
from tests.unit.plain_api import kubeconfig
from tests.unit.stack_cluster import rolled_out, serving
from tests.unit.stack_exports import PASSWORD, exported, whole
from tests.unit.stack_locks import dead_process, lock
from tests.unit.stack_place import Place, place
from tests.unit.test_ops_good_versions import update, version

COMMANDS = ("status", "verify", "report", "recover", "rollback")
LOOKING = ("status", "verify", "report")


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    made = FakePulumi(tmp_path, monkeypatch)
    made.has_stacks("local", "aks")
    made.answers("export", whole())
    return made


def asked(*words: str) -> Result:
    done = CliRunner().invoke(app, words)
    assert PASSWORD not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def line(done: Result) -> str:
    assert (done.exit_code, done.stdout) == (1, ""), done.output
    (said,) = done.stderr.splitlines()
    return said


def none_selected(pulumi: FakePulumi) -> tuple[str, ...]:
    pulumi.refuses("no stack selected; please use `pulumi stack select` to choose one")
    return ()


def of_another_project(pulumi: FakePulumi) -> tuple[str, ...]:
    (pulumi.project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    return ("-s", "organization/monadic-pipeline/local")


def wrong_passphrase(pulumi: FakePulumi) -> tuple[str, ...]:
    pulumi.refuses("could not deserialize deployment: failed to decrypt: incorrect passphrase, please set …")
    return ("-s", "local")


def misspelt(pulumi: FakePulumi) -> tuple[str, ...]:
    pulumi.refuses("no stack named 'locl' found", code=6)
    return ("-s", "locl")


def held_elsewhere(pulumi: FakePulumi) -> tuple[str, ...]:
    pulumi.refuses(
        "the stack is currently locked by 1 lock(s). …\n  created by me@there (pid 7) at 2026-01-05T10:00:00Z"
    )
    return ("-s", "local")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("arrange", "words"),
    [
        (none_selected, "the project here has local, aks; type: pulumi stack select NAME"),
        (of_another_project, "the stack local is of the project monadic-pipeline, and"),
        (wrong_passphrase, "type: export PULUMI_CONFIG_PASSPHRASE_FILE=FILE"),
        (misspelt, "there is no stack 'locl' (did you mean local?)"),
        (held_elsewhere, "is locked by me@there (process 7, since 2026-01-05 10:00:00)"),
    ],
)
def test_a_stack_that_cannot_be_read_is_one_line(
    pulumi: FakePulumi, command: str, arrange: Callable[[FakePulumi], tuple[str, ...]], words: str
) -> None:
    assert words in line(asked(command, *arrange(pulumi)))


@pytest.mark.parametrize("command", LOOKING)
def test_a_cluster_that_is_gone_leaves_what_the_state_tells(pulumi: FakePulumi, command: str) -> None:
    pulumi.answers("export", whole(kubeconfig("http://127.0.0.1:1"), "http://web.shop.svc.cluster.local"))
    done = asked(command, "-s", "local")
    assert done.exit_code == 4, done.output
    shown = done.stdout if command != "report" else (pulumi.project / "report.html").read_text()
    assert "the cluster cannot be asked: the cluster does not answer GET " in shown


def test_without_a_cluster_nobody_goes_back(pulumi: FakePulumi) -> None:
    pulumi.answers("export", whole(kubeconfig("http://127.0.0.1:1")))
    assert "the cluster does not answer GET " in line(asked("rollback", "-s", "local", "--yes"))


@pytest.mark.parametrize("command", LOOKING)
def test_a_login_that_may_not_list_pods_is_told_with_what_shows_its_rights(pulumi: FakePulumi, command: str) -> None:
    with place(serving()) as here:
        here.cluster.refused["pods"] = 403
        pulumi.answers("export", here.exported())
        done = asked(command, "-s", "local")
    assert done.exit_code == 4, done.output
    shown = done.stdout if command != "report" else (pulumi.project / "report.html").read_text()
    assert "this login may not look at namespace shop: " in shown
    assert "kubectl --context c -n shop auth can-i --list" in shown


def test_what_may_not_be_looked_up_is_one_line_and_nothing_is_recovered(pulumi: FakePulumi) -> None:
    made = export.service()
    made["inputs"] = {"apiVersion": "v1", "kind": "Service", **made["inputs"]}
    with place() as here:
        here.cluster.objects["v1"] = {"resources": [{"name": "services", "kind": "Service", "namespaced": True}]}
        here.cluster.refused["web"] = 403
        pending = ({"type": "creating", "resource": made},)
        text = exported(export.root(), export.provider(here.api.kubeconfig), pending=pending)
        pulumi.answers("export", text)
        assert "is forbidden" in line(asked("recover", "-s", "local", "--yes"))
    assert len(pulumi.asked) == 1


def good_before(here: Place, pulumi: FakePulumi) -> str:
    """A stack with an earlier version that was good; its digest."""
    here.cluster.objects["web"] = rolled_out()
    here.cluster.lists["replicasets"] = [version(1, "c", 10), version(2, "a", 110)]
    pulumi.answers("export", here.exported())
    pulumi.answers("history", json.dumps([update(100, 120), update(0, 20)]))
    return f"sha256:{'c' * 64}"


@pytest.mark.parametrize("left", [True, False])
def test_a_state_that_is_held_is_not_rolled_back_and_the_stack_file_stays(pulumi: FakePulumi, *, left: bool) -> None:
    lock(pulumi, pid=dead_process() if left else os.getpid())
    with place(serving()) as here:
        digest = good_before(here, pulumi)
        looked = asked("rollback", "-s", "local")
        assert (looked.exit_code, digest in looked.stdout) == (3, True), looked.output
        done = asked("rollback", "-s", "local", "--yes")
    assert (done.exit_code, "is locked by me@" in done.stderr) == (1, True), done.output
    assert not [each for each in pulumi.asked if each.startswith(("config", "up"))]


def test_a_state_that_is_held_is_shown_and_looked_at(pulumi: FakePulumi) -> None:
    lock(pulumi)
    with place(serving()) as here:
        pulumi.answers("export", here.exported())
        done = asked("status", "-s", "local")
        assert (done.exit_code, "is running: me@" in done.stdout) == (0, True), done.output
        assert "is locked by me@" in line(asked("recover", "-s", "local"))


def test_a_database_from_the_same_image_is_not_gone_back_to_in_place_of_the_app(pulumi: FakePulumi) -> None:
    with place(serving()) as here:
        digest = good_before(here, pulumi)
        document = json.loads(here.exported())
        document["deployment"]["resources"].insert(2, export.stateful_set())
        pulumi.answers("export", json.dumps(document))
        looked = asked("rollback", "-s", "local")
    assert (looked.exit_code, digest in looked.stdout) == (3, True), looked.output
