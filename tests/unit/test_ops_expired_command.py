"""The command `python -m ops expired`: what it asks pulumi, what it destroys, and what it tells."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ops.__main__ import app
from tests.unit import stack_exports as export
from tests.unit.pulumi_stacks import Stacks
from tests.unit.stack_exports import PASSWORD
from tests.unit.stack_locks import dead_process, lock_of

PAST = {"expires": "2026-01-01T00:00:00Z"}
LATER = {"expires": f"{datetime.now(UTC) + timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}"}
LEAVES = "the images that were pushed to 127.0.0.1:5050/web"
APP = (export.root(leaves=[LEAVES]), export.pull_secret(), export.deployment())


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stacks:
    return Stacks(tmp_path, monkeypatch)


def ops(*words: str) -> Result:
    done = CliRunner().invoke(app, ["expired", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert PASSWORD not in done.output
    return done


def test_without_yes_it_names_and_touches_nothing(stacks: Stacks) -> None:
    stacks.add("aks", *APP)
    stacks.add("pr-1-aks", *APP, tags=PAST)
    stacks.add("pr-2-aks", *APP, tags=LATER)
    done = ops()
    assert done.exit_code == 3, done.output
    lines = {line.split()[0]: line for line in done.stdout.replace("stacks ", "       ").splitlines() if line.split()}
    assert "never touched: it has no tag expires, so it is no test stack" in lines["aks"]
    assert "past its time" in lines["pr-1-aks"]
    assert "2026-01-01 00:00 UTC" in lines["pr-1-aks"]
    assert "in 2 h" in lines["pr-2-aks"]
    assert "pr-1-aks is past its time, which ended" in lines["wrong"]
    assert not [each for each in stacks.asked if "--stack aks" in each]  # of many stacks most have no end
    assert {each.split(" --")[0] for each in stacks.asked} <= {
        "stack ls", "stack tag ls", "stack export", "stack history",
    }  # fmt: skip


def test_with_yes_it_destroys_what_is_past_its_time_and_nothing_else(stacks: Stacks) -> None:
    for name, tags in (("aks", {}), ("pr-1-aks", PAST), ("pr-2-aks", LATER)):
        stacks.add(name, *APP, tags=tags)
    done = ops("--yes")
    assert done.exit_code == 0, done.output
    assert stacks.names == ["aks", "pr-2-aks"]
    (destroyed,) = stacks.did("destroy")
    assert destroyed == "destroy --yes --skip-preview --stack pr-1-aks --non-interactive --color never"
    (removed,) = stacks.did("stack rm")
    assert "--preserve-config" in removed
    assert "destroyed, nothing of it is left in Pulumi" in done.stdout
    assert f"stays    of pr-1-aks: {LEAVES}" in done.stdout
    assert "Destroying (pr-1-aks):" in done.stderr
    assert "Destroying" not in done.stdout


@pytest.mark.usefixtures("stacks")
def test_nothing_to_do_is_healthy() -> None:
    done = ops("--yes")
    assert (done.exit_code, "0 stacks" in done.stdout) == (0, True), done.output


def test_a_program_without_the_output_names_what_pulumi_only_forgets(stacks: Stacks) -> None:
    kept = {**export.service("data"), "retainOnDelete": True}
    stacks.add("pr-1-aks", export.root(), export.service(), kept, tags=PAST)
    done = ops("--yes")
    stays = [each for each in done.stdout.splitlines() if each.startswith("stays")]
    assert stays == ["stays    of pr-1-aks: kubernetes:core/v1:Service shop/data"]


def test_a_lock_that_a_killed_destroy_left_goes_first(stacks: Stacks) -> None:
    stacks.add("pr-1-aks", *APP, tags=PAST)
    lock_of(stacks.state, "pr-1-aks", pid=dead_process())
    done = ops("--yes")
    assert done.exit_code == 0, done.output
    verbs = [each.split()[0] for each in stacks.asked if each.startswith(("cancel", "destroy"))]
    assert verbs == ["cancel", "destroy"]


def test_one_that_fails_does_not_keep_the_others(stacks: Stacks) -> None:
    for number in (1, 2, 3):
        stacks.add(f"pr-{number}-aks", *APP, tags={"expires": f"2026-01-0{number}T00:00:00Z"})
    stacks.refuse("destroy --yes --skip-preview --stack pr-2-aks", "deleting db: the password=hunter2 is wrong")
    done = ops("--yes")
    assert done.exit_code == 3, done.output
    assert stacks.names == ["pr-2-aks"]
    (wrong,) = [line for line in done.stdout.splitlines() if line.startswith("wrong")]
    assert "pr-2-aks is not destroyed, 2 things of it are left: pulumi cannot destroy the stack pr-2-aks" in wrong
    assert "try: pulumi destroy -s pr-2-aks" in wrong
    assert "hunter2" not in done.stdout


def test_what_an_update_was_making_when_it_was_killed_is_left_and_told(stacks: Stacks) -> None:
    begun = ({"type": "creating", "resource": export.service("db")},)
    stacks.add("pr-1-aks", *APP, tags=PAST)
    left = export.exported(export.root(), pending=begun)
    stacks.after("destroy", "pr-1-aks", export=left.replace("pulumi:local::", "pulumi:pr-1-aks::"))
    done = ops("--yes")
    assert done.exit_code == 3, done.output
    assert "left: perhaps kubernetes:core/v1:Service db, whose making was cut off" in done.stdout
    assert ".venv/bin/python -m ops recover -s pr-1-aks" in done.stdout
    assert stacks.names == ["pr-1-aks"]


def test_an_empty_stack_is_removed(stacks: Stacks) -> None:
    stacks.add("pr-1-aks", tags=PAST)
    done = ops("--yes")
    assert done.exit_code == 0, done.output
    assert stacks.names == []


def test_one_whose_destroy_fails_is_not_removed_though_nothing_of_it_is_left(stacks: Stacks) -> None:
    stacks.add("pr-1-aks", tags=PAST)
    stacks.refuse("destroy", "the backend is away")
    assert ops("--yes").exit_code == 3
    assert stacks.names == ["pr-1-aks"]


def test_a_closed_pull_request_takes_its_stacks_before_their_time_and_no_others(stacks: Stacks) -> None:
    for name in ("pr-1-aks", "pr-1-eks", "pr-12-aks", "aks"):
        stacks.add(name, *APP, tags=LATER if name != "aks" else {})
    looked = ops("--closed", "1")
    assert looked.exit_code == 3, looked.output
    assert "type   .venv/bin/python -m ops expired --yes --closed 1" in looked.stdout
    assert "pr-12-aks" not in looked.stdout
    assert stacks.tags("pr-1-aks") == LATER
    done = ops("--closed", "1", "--yes")
    assert done.exit_code == 0, done.output
    assert stacks.names == ["aks", "pr-12-aks"]
    assert ops("--closed", "1", "--yes").exit_code == 0


def test_one_of_a_closed_pull_request_that_fails_is_past_its_time_from_then_on(stacks: Stacks) -> None:
    stacks.add("pr-1-aks", *APP, tags=LATER)
    stacks.refuse("destroy", "the cloud is away")
    assert ops("--closed", "1", "--yes").exit_code == 3
    assert stacks.tags("pr-1-aks")["expires"] < f"{datetime.now(UTC) + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    assert "past its time" in ops().stdout


def test_a_clock_that_differs_is_told(stacks: Stacks) -> None:
    later = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%S.000Z}"
    stacks.add("pr-1-aks", *APP, tags=LATER, listed={"lastUpdate": later})
    done = ops()
    assert done.exit_code == 0, done.output
    assert "behind the last update of a stack; the earlier time counts" in done.stdout


def test_a_script_gets_one_document(stacks: Stacks) -> None:
    stacks.add("pr-1-aks", *APP, tags=PAST)
    done = ops("--yes", "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert (answer["health"], answer["project"]) == ("healthy", "monadic-pipeline")
    assert answer["stacks"] == [
        {
            "name": "pr-1-aks",
            "ends": "2026-01-01T00:00:00Z",
            "verdict": "past",
            "why": "",
            "resources": 3,
            "ended": {"removed": True, "failed": "", "left": [], "leaves": [LEAVES]},
        }
    ]


def test_the_help_has_an_example() -> None:
    done = CliRunner().invoke(app, ["expired", "--help"], env={"COLUMNS": "200"})
    assert "Example: python -m ops expired" in done.stdout
