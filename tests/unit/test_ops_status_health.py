"""What is wrong with a stack by its state alone, and what a person reads of all of it."""

import io

import pytest

from ops.stack import Stack
from ops.stack_finding import Finding, as_document, diagnose_command, health_of, kubectl
from ops.stack_lock import Lock
from ops.stack_show import Row, columns, show
from ops.state import Pending, State, read_state
from ops.status import Status
from ops.status_health import findings
from tests.unit import stack_exports as export
from tests.unit.stack_cluster import serving
from tests.unit.stack_exports import IMAGE, PASSWORD, exported, whole
from tests.unit.stack_place import NOW, place, shown, stack_of

GONE = Lock(user="me", host="elsewhere", pid=1, since=NOW)


def of_state(state: State, locks: tuple[Lock, ...] | None) -> list[Finding]:
    stack = Stack(name="my stack", reference="my stack", project="p", state=state, locks=locks)
    return findings(Status(stack=stack, workloads=(), grants=(), url=None, taken=NOW))


def pending(count: int) -> State:
    found = read_state(exported(export.deployment())).resources[0]
    return State(written=None, pending=(Pending("creating", found),) * count)


def test_a_stack_without_a_deployment_needs_an_update() -> None:
    (found,) = of_state(State(written=None), ())
    assert (found.text, found.command) == ("the stack has no Deployment yet", "pulumi up -s 'my stack'")


@pytest.mark.parametrize(
    ("locks", "words", "known"),
    [((), "ended in the middle of", True), (None, "ended, or still is, in the middle of", False)],
)
def test_operations_without_an_end_are_told(locks: tuple[Lock, ...] | None, words: str, known: bool) -> None:
    found = of_state(pending(5), locks)[0]
    assert found.text == f"an update {words} creating web, creating web, creating web and 2 more"
    assert found.known is known
    assert found.command == ".venv/bin/python -m ops recover -s 'my stack'"
    assert of_state(pending(1), locks)[0].text.endswith("creating web")


def test_operations_are_all_right_while_an_update_runs() -> None:
    assert [each.text for each in of_state(pending(1), (GONE,))] == ["the stack has no Deployment yet"]


def test_an_update_that_runs_is_shown_and_one_that_was_killed_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    status = Status(stack=stack_of(whole(), (GONE,)), workloads=(), grants=(), url=None, taken=NOW)
    assert "update   is running: me@elsewhere (process 1, since 2026-01-05 10:00:00)" in shown(status)
    monkeypatch.setattr(Lock, "is_left", property(lambda _: True))
    found = findings(status)[0]
    assert found.text.startswith("the stack is still locked by me@elsewhere (process 1, ")
    assert found.command == "pulumi cancel -s local"
    assert of_state(pending(1), (GONE,))[1].text.startswith("an update ended in the middle")


def test_what_is_wrong_counts_before_what_is_not_known() -> None:
    wrong, unknown = Finding("a"), Finding("b", known=False)
    assert [health_of(each) for each in ([], [unknown], [unknown, wrong])] == [0, 4, 3]
    assert as_document([unknown])["health"] == "unknown"


def test_commands_name_the_context_of_the_stack_where_it_has_one() -> None:
    assert kubectl("", "shop", "get", "pods") == "kubectl -n shop get pods"
    assert diagnose_command("my context", "shop", "deployment/web").startswith(
        ".venv/bin/python -m ops diagnose --context 'my context' -n shop"
    )


def test_a_person_reads_what_there_is_and_then_that_it_is_well() -> None:
    with place(serving()) as here:
        lines = shown(here.look()).splitlines()
        url = f"{here.app.url}/ready answers 200 in "
    assert lines[0] == "stack    local of monadic-pipeline, target local, last updated 2 min ago"
    assert lines[1] == (
        "rollout  deployment/web in namespace shop: complete, generation 3, 1 updated and 1 available of 1"
    )
    assert lines[2] == f"image    {IMAGE}"
    assert lines[3] == "         1 of 1 pods run what the state says"
    assert lines[4].split() == ["pods", "pod", "node", "ready", "restarts", "age", "runs"]
    assert lines[5].split() == ["web-1", "node-2", "yes", "0", "0", "s", "a" * 12]
    assert lines[6].startswith(f"url      {url}")
    assert lines[7] == "grant    pull secret registry-pull for 127.0.0.1:5050, given 10 min ago"
    assert lines[8:] == ["health   healthy"]


def test_what_is_wrong_comes_last_with_what_to_type() -> None:
    with place(deployments=[]) as here:
        lines = shown(here.look()).splitlines()
    assert lines[-2:] == [
        "wrong    deployment/web is in the state, and not in namespace shop",
        "  type   pulumi up --refresh -s local",
    ]


def test_lines_are_never_wrapped_and_have_no_colours_in_a_file() -> None:
    out = io.StringIO()
    show([Row("image", "x" * 300, "green")], out)
    assert out.getvalue() == f"image    {'x' * 300}\n"


def test_columns_are_as_wide_as_their_widest_entry() -> None:
    assert columns([("a", "bb"), ("ccc", "d")]) == ["a    bb", "ccc  d"]


def test_no_credential_of_the_state_is_shown() -> None:
    with place(serving()) as here:
        assert PASSWORD not in shown(here.look())
