"""What answers at a stack's URL, and what is behind its Service."""

import pytest

from ops.verify import named_pod
from ops.verify_health import findings
from tests.unit.pull_objects import container, waiting
from tests.unit.verified_place import place, running, shown, texts


def test_a_pod_that_answers_and_is_of_another_stack_is_told() -> None:
    with place() as here:
        here.versions[:] = [{"pod": "web-1"}, {"pod": "stranger-1"}, {"pod": "web-1"}]
        found = here.verified()
    assert found.route.named == ("web-1", "stranger-1")
    assert texts(found) == [f"pod stranger-1 answers at {here.app.url}, and is none of this stack's"]


def test_a_pod_that_answers_and_runs_something_else_is_told() -> None:
    with place() as here:
        other = f"{here.registry.host}/team/web@{here.registry.push_image('team/web', '2', sizes=(7,))}"
        here.cluster.lists["pods"] = [running(other)]
        found = here.verified()
    assert texts(found) == [
        f"pod web-1 runs {other.rpartition(':')[2][:12]} in web; the state says {here.image.rpartition(':')[2][:12]}"
    ]


def test_an_app_that_does_not_name_its_pod_is_judged_by_the_pods_behind_its_service() -> None:
    with place() as here:
        here.versions.clear()
        found = here.verified()
        assert [each.path for each in here.app.asked].count("/version") == 1
    assert (found.route.named, findings(found)) == ((), [])
    assert "behind   Service web: web-1" in shown(found)


def test_a_pod_behind_the_service_that_is_none_of_the_stacks_is_told() -> None:
    with place() as here:
        foreign = running(here.image, "foreign", owner=None)
        here.cluster.lists["pods"] = [running(here.image), foreign]
        found = here.verified()
    assert texts(found) == ["pod foreign is behind the Service web, and none of this stack's"]


def test_a_service_with_nobody_behind_it_is_told_with_who_says_why() -> None:
    with place() as here:
        broken = running(here.image, made=container(waiting("CrashLoopBackOff"), image=here.image), conditions=[])
        here.cluster.lists["pods"] = [broken]
        here.versions.clear()
        (first,) = findings(here.verified())
    assert first.text == "no ready pod is behind the Service web"
    assert first.command == ".venv/bin/python -m ops diagnose --context c -n shop deployment/web"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"pod": 3}', b"{}", b"\xff", b"null"])
def test_an_answer_that_names_no_pod_names_none(body: bytes) -> None:
    assert named_pod(body) == ""


def test_a_pod_of_the_namespace_that_no_service_leads_to_is_nobodys_trouble() -> None:
    with place() as here:
        other = running(here.image, "other", owner=None)
        other["metadata"]["labels"] = {"app.kubernetes.io/name": "other"}
        here.cluster.lists["pods"] = [running(here.image), other]
        assert texts(here.verified()) == []
