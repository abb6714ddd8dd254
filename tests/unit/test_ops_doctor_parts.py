"""What the doctor's findings, time-outs, page and document are, without a machine to look at."""

import contextvars
import io
import json
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pulumi
import pytest
from jsonschema import Draft202012Validator
from pulumi.runtime import set_all_config
from rich.console import Console

from components.errors import ConfigError
from components.platforms.contract import Target
from components.stack_file import Problem, StackFile
from ops.checks import report as page
from ops.checks.command import run
from ops.checks.finding import Finding, Name, State, of_problem, of_refusal, ok
from ops.checks.progress import Progress
from ops.checks.report import SCHEMA, Report, Verdict, show
from ops.checks.run import Check, await_all, start
from tests.stack_files import ROOT

FORM: dict[str, Any] = json.loads((ROOT / "docs" / "doctor.schema.json").read_text())
CHECK: Any = Draft202012Validator(FORM)
"""Any: its own types are partly unknown to a type checker."""
GOOD = Finding(Name.PULUMI, State.OK, "v3.274.1")
BAD = Finding(Name.DOCKER, State.PROBLEM, "no engine", "the image is built by it", ("start docker", "make up"))
ODD = Finding(Name.NODES, State.UNKNOWN, "not asked", "pods would stay pending")
STACK = StackFile("local")


def looked(*checks: Check) -> list[Finding]:
    running = [start(each) for each in checks]
    await_all(running, lambda _: None)
    return [finding for each in running for finding in each.findings()]


# Checks


def test_a_check_that_hangs_is_told_when_its_time_is_over_and_holds_no_other_up() -> None:
    end = threading.Event()
    began = time.monotonic()
    hangs = Check(Name.REGISTRY, lambda: [GOOD] if end.wait(30) else [], 0.2)
    first, second = looked(hangs, Check(Name.PULUMI, lambda: [GOOD], 5))
    assert time.monotonic() - began < 5
    assert (first.check, first.state) == (Name.REGISTRY, State.UNKNOWN)
    assert first.what == "no answer within 0.2 s, so it was left"
    assert second == GOOD
    end.set()


@pytest.mark.parametrize("error", [ValueError("password=hunter2-Is-The-Passw0rd"), TimeoutError("late"), KeyError()])
def test_a_check_that_breaks_is_told_without_a_credential_and_hides_nothing(error: Exception) -> None:
    def breaks() -> Sequence[Finding]:
        raise error

    first, second = looked(Check(Name.DOCKER, breaks, 5), Check(Name.PULUMI, lambda: [GOOD], 5))
    assert (first.check, first.state, second) == (Name.DOCKER, State.UNKNOWN, GOOD)
    assert type(error).__name__ in first.what
    assert "hunter2" not in first.what


def test_the_settings_of_the_caller_go_with_each_check() -> None:
    def looks() -> list[Finding]:
        set_all_config({"shop:a": "here"})
        return looked(Check(Name.SETTINGS, lambda: ok(Name.SETTINGS, pulumi.Config("shop").get("a") or ""), 5))

    assert contextvars.Context().run(looks)[0].what == "here"


def test_who_is_waited_for_is_said_until_it_ends() -> None:
    said: list[list[str]] = []
    end = threading.Event()

    def look() -> list[Finding]:
        end.wait(5)
        return [BAD]

    def say(waiting: Sequence[str]) -> None:
        said.append([*waiting])
        end.set()

    running = [start(Check(Name.DOCKER, look, 5)), start(Check(Name.DOCKER, look, 5))]
    await_all(running, say)
    assert said[0] == ["docker"]
    assert [each.findings() for each in running] == [[BAD], [BAD]]


# Findings


def test_a_mistake_of_a_stack_file_keeps_its_key_and_its_commands() -> None:
    found = of_problem(Name.SETTINGS, Problem(("app", "replicas"), "is too many", ("a", "b")), "why")
    assert (found.what, found.why, found.commands) == ("app.replicas: is too many", "why", ("a", "b"))


@pytest.mark.parametrize(
    ("check", "path"),
    [(Name.CLUSTER_CONTEXT, ("cluster", "context")), (Name.LOGIN, ("registry",)), (Name.CLUSTER, ("cluster",))],
)
def test_a_key_that_the_check_says_is_not_said_twice(check: Name, path: tuple[str, ...]) -> None:
    assert of_problem(check, Problem(path, "does not answer", ()), "").what == "does not answer"


def test_a_refusal_in_one_text_is_a_sentence_and_its_commands() -> None:
    text = "docker: no engine answers; nothing was changed\n      start it\n\n      make up  # brings one"
    (found,) = of_refusal(Name.DOCKER, ConfigError(text), "why")
    assert (found.what, found.commands) == ("no engine answers", ("start it", "make up  # brings one"))


def test_a_refusal_of_a_stack_file_is_a_finding_for_each_mistake() -> None:
    refusal = STACK.refusal([Problem(("a",), "one", ()), Problem(("b", "c"), "two", ())])
    assert [each.what for each in of_refusal(Name.SETTINGS, refusal, "")] == ["a: one", "b.c: two"]


def test_secrets_are_hidden_wherever_they_stand_and_short_ones_are_no_words() -> None:
    found = Finding(Name.LOGIN, State.PROBLEM, "refuses hunter2x", "why", ("login -p hunter2x", "ok"))
    hidden = found.without({"hunter2x", "hunter2", "ok", ""})
    assert (hidden.what, hidden.commands) == ("refuses ***", ("login -p ***", "ok"))


# Programs


def test_a_program_that_does_not_end_is_killed_with_what_it_started(tmp_path: Path) -> None:
    began = time.monotonic()
    ran = run(["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/pid; wait"], 0.5)
    assert time.monotonic() - began < 5
    assert (ran.code, ran.good, ran.said) == (None, False, "sh did not answer within 0.5 s")
    child = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 5
    while Path(f"/proc/{child}").exists() and "Z" not in Path(f"/proc/{child}/stat").read_text().split()[2]:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_program_that_is_not_there_is_an_answer_too() -> None:
    ran = run(["no-such-program"], 1)
    assert ran.code is None
    assert ran.said == "no-such-program cannot be started: No such file or directory"


def test_what_a_program_says_of_its_failure_has_no_credential() -> None:
    ran = run(["sh", "-c", "echo 'password=hunter2-Is-The-Passw0rd' >&2; exit 3"], 5)
    assert ran.code == 3
    assert "hunter2" not in ran.said
    assert "hunter2" not in repr(ran)


def test_output_that_is_not_wanted_is_not_read() -> None:
    assert run(["sh", "-c", "echo secret"], 5, keep=False).out == ""


# The page


def shown(*findings: Finding, as_document: bool = False, stack: str | None = "local") -> str:
    out = io.StringIO()
    show(Report(stack, "local", findings, 1.234), out, as_document=as_document)
    return out.getvalue()


def test_the_page_has_a_line_for_each_and_more_for_what_is_not_well() -> None:
    assert shown(GOOD, BAD, ODD) == (
        "ok       pulumi           v3.274.1\n"
        "problem  docker           no engine\n"
        "                          why   the image is built by it\n"
        "                          type  start docker\n"
        "                                make up\n"
        "unknown  cluster.nodes    not asked\n"
        "                          why   pods would stay pending\n"
        "\n"
        "1 problem, 1 unknown, 1 ok in 1.2 s\n"
    )


def test_a_page_without_a_problem_ends_with_what_comes_next() -> None:
    assert shown(GOOD, ODD).splitlines()[-1] == "next: pulumi up -s local"
    assert "next" not in shown(GOOD, stack=None)


def test_on_a_terminal_sentences_are_broken_and_commands_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def terminal(**given: Any) -> Console:
        return Console(**given, force_terminal=True, width=80, color_system=None)

    monkeypatch.setattr(page, "Console", terminal)
    sentence, command = "word " * 30 + "end", "command " * 30 + "end"
    text = shown(Finding(Name.DOCKER, State.PROBLEM, sentence, sentence, (command,)))
    lines = [line.strip() for line in text.splitlines()]
    assert all(len(each) <= 80 for each in text.splitlines() if "command" not in each)
    assert f"type  {command}" in lines


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [((GOOD,), Verdict.READY), ((GOOD, ODD), Verdict.READY), ((GOOD, BAD), Verdict.PROBLEMS), ((), Verdict.READY)],
)
def test_only_a_problem_stops_a_deploy(findings: Sequence[Finding], verdict: Verdict) -> None:
    assert Report("local", None, findings, 1.0).verdict is verdict
    assert json.loads(shown(*findings, as_document=True))["verdict"] == verdict.name.lower()


def test_nothing_of_a_finding_is_taken_for_markup() -> None:
    assert "[red]x[/red]" in shown(Finding(Name.DOCKER, State.PROBLEM, "[red]x[/red]", "y"))


# The document


def mistakes(value: Any) -> list[str]:
    return [f"{each.json_path}: {each.message}" for each in CHECK.iter_errors(value)]


@pytest.mark.parametrize("findings", [(), (GOOD,), (GOOD, BAD), (ODD,)])
def test_a_document_fits_its_form(findings: Sequence[Finding]) -> None:
    assert mistakes(json.loads(shown(*findings, as_document=True))) == []


def test_the_form_names_what_the_code_names() -> None:
    Draft202012Validator.check_schema(FORM)
    parts = FORM["$defs"]["finding"]["properties"]
    assert parts["check"]["enum"] == list(Name)
    assert parts["state"]["enum"] == list(State)
    assert FORM["properties"]["target"]["enum"] == [*Target, None]
    assert FORM["properties"]["verdict"]["enum"] == [each.name.lower() for each in Verdict]
    assert FORM["properties"]["schema"]["const"] == SCHEMA
    for each in (FORM, FORM["$defs"]["finding"]):
        assert each["required"] == list(each["properties"])
        assert all("description" in key for key in each["properties"].values())


BENT: list[dict[str, Any]] = [
    {"verdict": "ready"},
    {"schema": 2},
    {"more": 1},
    {"findings": [{"check": "docker", "state": "problem", "what": "x", "why": "", "commands": []}]},
    {"findings": [{"check": "weather", "state": "problem", "what": "x", "why": "y", "commands": []}]},
]


@pytest.mark.parametrize("change", BENT)
def test_what_does_not_fit_is_refused(change: dict[str, Any]) -> None:
    assert mistakes({**json.loads(shown(BAD, as_document=True)), **change})


# Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def said(to: io.StringIO, seconds: float, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TERM", "xterm")
    with Progress(to) as progress:
        now = time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: now() + seconds)
        progress.say(["registry", "cluster"])
    return to.getvalue()


def test_progress_is_shown_on_a_terminal_and_only_of_what_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "waiting for registry, cluster" in said(Terminal(), 3, monkeypatch)
    assert said(Terminal(), 0, monkeypatch) == ""
    assert said(io.StringIO(), 3, monkeypatch) == ""


def test_the_other_commands_do_not_wait_for_what_only_the_doctor_needs() -> None:
    script = "import sys, ops.__main__; print(*sys.modules)"
    found = run([sys.executable, "-c", script], 60, folder=ROOT)
    assert found.good, found.said
    assert not [each for each in found.out.split() if each == "pulumi" or each.startswith("components")]
