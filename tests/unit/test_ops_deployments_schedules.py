"""`python -m ops deployments`: schedules of drift, and the end of test stacks."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.deployments_place import LOGINS, Place, deployments, deployments_place, set_up, settings
from tests.unit.pulumi_service import schedule

DAILY = {"schedule": "0 5 * * *"}
LATER = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Place]:
    with deployments_place(tmp_path, monkeypatch) as made:
        yield made


def test_a_drift_schedule_is_changed_in_its_place_and_a_second_one_goes(place: Place) -> None:
    stack = set_up(place, drift=DAILY)
    stack.schedules.append(schedule("drift", "second", {"scheduleCron": "1 1 * * *"}))
    place.write(settings(eks={"login": LOGINS["eks"], "drift": {"schedule": "30 6 * * 1-5"}}))
    told = deployments("--yes")
    assert told.exit_code == 0
    assert "remove   drift schedule: 1 1 * * * UTC\n" in told.stdout
    assert "change   drift schedule: 0 5 * * * UTC → 30 6 * * 1-5 UTC\n" in told.stdout
    assert [(each["id"], each["scheduleCron"]) for each in stack.schedules] == [("schedule-1", "30 6 * * 1-5")]


def test_schedules_that_the_file_does_not_ask_for_go_and_those_of_others_stay(place: Place) -> None:
    stack = set_up(place)
    stack.schedules += [
        schedule("drift", "a", {"scheduleCron": "0 5 * * *"}),
        schedule("ttl", "b", {"timestamp": LATER}),
        {**schedule("drift", "c", {"scheduleCron": "0 1 * * *"}), "definition": {"request": {"operation": "update"}}},
    ]
    told = deployments("--yes")
    assert told.exit_code == 0
    assert "remove   ttl schedule: destroyed at " in told.stdout
    assert "kept     schedule update, 0 1 * * *\n" in told.stdout
    assert [each["id"] for each in stack.schedules] == ["c"]


def test_a_schedule_that_somebody_paused_is_told_and_left(place: Place) -> None:
    stack = set_up(place, drift=DAILY)
    stack.schedules[0]["paused"] = True
    told = deployments()
    assert told.exit_code == 0
    assert "kept     the drift schedule, which somebody has paused\n" in told.stdout


def test_a_test_stack_ends_at_the_moment_of_its_tag(place: Place) -> None:
    place.stack().tags["expires"] = LATER
    stack = set_up(place, ttl=True)
    assert [method for method, _, _ in place.cloud.written] == ["POST", "POST"]
    assert place.cloud.written[-1] == (
        "POST", "deployments/ttl/schedules", {"timestamp": LATER, "deleteAfterDestroy": False},
    )  # fmt: skip
    assert deployments().exit_code == 0
    stack.tags["expires"] = "2999-01-01T00:00:00+01:00"
    told = deployments("--yes")
    assert "→ destroyed at 2998-12-31T23:00:00Z\n" in told.stdout
    assert [each["scheduleOnce"] for each in stack.schedules] == ["2998-12-31 23:00:00.000"]


def test_a_schedule_that_also_removes_the_stack_is_another_one(place: Place) -> None:
    place.stack().tags["expires"] = LATER
    stack = set_up(place, ttl=True)
    stack.schedules[:] = [schedule("ttl", "a", {"timestamp": LATER, "deleteAfterDestroy": True})]
    assert ", and the stack is removed → destroyed at" in deployments().stdout


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        ({}, "acme/web/eks has no tag expires, so nobody knows when it ends"),
        ({"expires": "tomorrow"}, "the tag expires of acme/web/eks says 'tomorrow', which is no time"),
        ({"expires": "2026-01-01T00:00:00Z"}, "acme/web/eks ended at 2026-01-01T00:00:00Z, and is still there"),
        ({"expires": "2026-01-01T00:00:00Z"}, ".venv/bin/python -m ops expired\n"),
        ({"expires": LATER, "profile": "production"}, "is never destroyed by itself: its tag profile says so"),
    ],
)
def test_an_end_that_nobody_knows_or_may_set_stops_all_of_it(place: Place, tags: dict[str, str], text: str) -> None:
    place.stack().tags |= tags
    place.write(settings(eks={"login": LOGINS["eks"], "ttl": True}))
    told = deployments("--yes")
    assert told.exit_code == 1
    assert text in told.stderr
    assert "pulumi stack tag set expires" in told.stderr or "production" in str(tags)
    assert place.cloud.written == []


def test_a_stack_with_protected_resources_is_never_ended(place: Place) -> None:
    place.stack().tags["expires"] = LATER
    urn = "urn:pulumi:eks::web::aws:eks/cluster:Cluster::main"
    place.stack().resources = [{"urn": urn, "type": "aws:eks/cluster:Cluster", "custom": True, "protect": True}]
    place.write(settings(eks={"login": LOGINS["eks"], "ttl": True}))
    told = deployments("--yes")
    assert (told.exit_code, "protected from deletion: main" in told.stderr) == (1, True)
    assert place.cloud.written == []


def test_a_production_stack_is_refused_an_end_before_anything_is_asked(place: Place) -> None:
    place.stack_file("eks", profile="production")
    place.write(settings(eks={"login": LOGINS["eks"], "ttl": True}))
    told = deployments()
    assert (told.exit_code, "web:profile" in told.stderr) == (1, True)
    assert place.cloud.api is not None
    assert place.cloud.api.asked == []
