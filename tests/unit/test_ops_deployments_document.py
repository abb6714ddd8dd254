"""`python -m ops deployments --json`: what differs, what was done, and what makes the clouds trust the runs."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.unit.deployments_place import LOGINS, Place, deployments, deployments_place, set_up, settings
from tests.unit.deployments_values import DAILY
from tests.unit.pulumi_service import schedule
from tests.unit.team_documents import Json, fitting


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Place]:
    with deployments_place(tmp_path, monkeypatch) as made:
        yield made


def told(*words: str, code: int) -> Json:
    done = deployments("--json", *words)
    assert (done.exit_code, done.stderr) == (code, "")
    return fitting("deployments", done.stdout)


def test_what_differs_is_told_and_nothing_is_changed(place: Place) -> None:
    place.write(settings(eks={"login": LOGINS["eks"], "drift": DAILY}))
    value = told(code=3)
    assert value["health"] == "diagnosed"
    (finding,) = value["findings"]
    assert finding["command"] == ".venv/bin/python -m ops deployments -s eks --yes"
    (stack,) = value["stacks"]
    assert {"path": "vcs.repository", "before": "none", "after": "acme/web"} in stack["plan"]["changes"]
    assert [(each["kind"], each["before"]) for each in stack["plan"]["schedules"]] == [("drift", None)]
    assert (stack["name"], stack["done"]) == ("acme/web/eks", False)
    assert place.cloud.written == []


def test_what_was_done_is_told_and_a_second_run_has_nothing_to_do(place: Place) -> None:
    place.write(settings(eks={"login": LOGINS["eks"]}))
    value = told("--yes", code=0)
    (stack,) = value["stacks"]
    assert (value["health"], stack["done"], bool(stack["plan"]["changes"])) == ("healthy", True, True)
    again = told("--yes", code=0)["stacks"][0]
    empty: list[str] = []
    assert (again["done"], again["plan"]["changes"], again["plan"]["schedules"]) == (False, empty, empty)


def test_a_schedule_that_goes_and_a_run_that_was_not_trusted_are_told(place: Place) -> None:
    there = set_up(place)
    there.schedules[:] = [schedule("drift", "a", {"scheduleCron": "0 5 * * *", "autoRemediate": True})]
    step = {"name": "Fetch provider credentials via OIDC", "status": "failed"}
    there.runs = [{"version": 34, "pulumiOperation": "update", "jobs": [{"status": "failed", "steps": [step]}]}]
    value = told(code=3)
    plan = value["stacks"][0]["plan"]
    assert plan["refusedRun"] == {"version": 34, "operation": "update"}
    assert plan["schedules"] == [{"kind": "drift", "before": "0 5 * * * UTC, and deployed over", "after": None}]
    assert [each["command"].rpartition(" ")[2] for each in value["findings"]] == ["--yes", "--trust"]


def test_what_makes_the_clouds_trust_the_runs_is_told_and_nobody_is_asked(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_ACCESS_TOKEN")
    place.write(settings(eks={"login": LOGINS["eks"]}, gke={}))
    eks, gke = told("--trust", code=0)["stacks"]
    assert (eks["plan"], gke["plan"], gke["trust"]) == (None, None, [])
    assert len(eks["subjects"]) == 4
    (last,) = [each for each in eks["trust"] if each["note"]]
    assert last["command"].startswith("aws iam update-assume-role-policy ")


def test_a_source_with_a_login_of_its_own_is_not_shown(place: Place) -> None:
    stack = set_up(place)
    assert stack.settings is not None
    stack.settings["sourceContext"]["git"]["gitAuth"] = {"basicAuth": {"userName": "u", "password": "hunter2-canary"}}
    done = deployments("--json")
    fitting("deployments", done.stdout)
    assert "hunter2-canary" not in done.output
