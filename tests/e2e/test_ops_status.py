"""`python -m ops status` and `verify` on real stacks: well, drifted, locked, and all that may be in the way."""

import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import ROOT, Project, Run, run

pytestmark = pytest.mark.e2e


def ops(project: Project, *words: str, cwd: Path | None = None, extra: Mapping[str, str] | None = None) -> Run:
    """Run a command of the project's own copy."""
    environment = {**project.environment, "PYTHONPATH": str(project.folder), **(extra or {})}
    done = run([f"{ROOT}/.venv/bin/python", "-m", "ops", *words], cwd=cwd or project.folder, environment=environment)
    assert project.state.secret("registry-password") not in done.output
    assert "Traceback" not in done.output
    return done


def status(project: Project) -> tuple[int, dict[str, Any]]:
    done = ops(project, "status", "-s", project.stack, "--json")
    assert done.output.startswith("{"), done.output
    return done.code, json.loads(done.output)


def refused(done: Run) -> str:
    assert done.code == 1, done.output
    (line,) = done.output.splitlines()
    assert line.startswith("error: ")
    return line


def test_a_stack_that_is_well_is_told_and_proved(project: Project) -> None:
    image = project.must_up()["image"]
    started = time.monotonic()
    code, found = status(project)
    assert time.monotonic() - started < 4  # twice what it takes alone on a machine
    assert (code, found["health"], found["findings"]) == (0, "healthy", [])
    (workload,) = found["workloads"]
    assert workload["rollout"]["complete"]
    assert {one for pod in workload["pods"] for one in pod["images"].values()} == {image}
    assert [each["kind"] for each in found["grants"]] == ["pull-secret"]
    assert (found["url"]["status"], found["locks"], found["target"]) == (200, [], "local")
    text = ops(project, "status", "-s", project.stack)
    assert text.output.splitlines()[-1] == "health   healthy"

    done = ops(project, "verify", "-s", project.stack, "--json")
    assert done.code == 0, done.output
    proved = json.loads(done.output)
    (use,) = proved["images"]
    assert (use["image"], use["verdict"], use["registry"]["withLogin"]) == (image, "pullable", True)
    names = {pod["name"] for pod in workload["pods"]}
    assert set(use["usedBy"]) == {"state", *names}
    assert set(proved["route"]["pods"]) == names
    assert set(proved["route"]["answeredBy"]) <= names
    assert proved["route"]["answeredBy"]


def test_a_digest_that_somebody_changed_is_told_and_the_command_sets_it_back(project: Project) -> None:
    first = project.must_up()["image"]
    project.change_source()
    second = project.must_up()["image"]
    kubectl = ["kubectl", "-n", project.namespace]
    workload = "deployment/monadic-pipeline-webapi"
    for words in (["set", "image", workload, f"*={first}"], ["rollout", "status", workload, "--timeout=60s"]):
        done = run([*kubectl, *words], cwd=project.folder, environment=project.environment)
        assert done.code == 0, done.output
    code, found = status(project)
    assert (code, found["health"]) == (3, "diagnosed")
    (finding,) = [each for each in found["findings"] if "asks for" in each["text"]]
    assert finding["text"] == f"{workload} asks for {first}; the state says {second}"
    proved = ops(project, "verify", "-s", project.stack)
    assert proved.code == 3
    assert "in the registry, and can be pulled" in proved.output

    words = finding["command"].partition("#")[0].split()
    assert words == ["pulumi", "up", "--refresh", "-s", project.stack]
    assert project.up("--refresh").code == 0
    assert status(project)[0] == 0


def test_mistakes_are_one_line_each_with_what_to_type(project: Project, tmp_path: Path) -> None:
    name = project.stack
    assert refused(ops(project, "status", "-s", name)) == (
        f"error: nothing is deployed in the stack {name}; type: pulumi up -s {name}"
    )
    project.must_up()
    wrong = ops(project, "status", "-s", name, extra={"PULUMI_CONFIG_PASSPHRASE": "wrong-canary"})
    assert "the passphrase in PULUMI_CONFIG_PASSPHRASE is not the one" in refused(wrong)
    assert "wrong-canary" not in wrong.output
    missing = {"PULUMI_CONFIG_PASSPHRASE_FILE": ""}
    assert "neither PULUMI_CONFIG_PASSPHRASE nor" in refused(ops(project, "verify", "-s", name, extra=missing))
    unread = {"PULUMI_CONFIG_PASSPHRASE_FILE": str(tmp_path / "none")}
    assert f"the file of its passphrase, {tmp_path}/none" in refused(ops(project, "status", "-s", name, extra=unread))

    misspelt = refused(ops(project, "status", "-s", f"{name}x"))
    assert f"there is no stack '{name}x' (did you mean {name}" in misspelt
    assert "no stack is selected in" in refused(ops(project, "status"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert f"no Pulumi.yaml in {elsewhere} or above it" in refused(ops(project, "status", "-s", name, cwd=elsewhere))
    (elsewhere / "Pulumi.yaml").write_text("name: elsewhere\nruntime: python\n")
    other = refused(ops(project, "status", "-s", name, cwd=elsewhere))
    assert f"of that name there is organization/monadic-pipeline/{name}, so go to" in other
    whole = f"organization/monadic-pipeline/{name}"
    assert "is of the project monadic-pipeline, and" in refused(ops(project, "status", "-s", whole, cwd=elsewhere))

    assert "there is no pulumi on PATH" in refused(ops(project, "status", "-s", name, extra={"PATH": "/usr/bin:/bin"}))
    home = tmp_path / "home"
    stranger = {"PULUMI_HOME": str(home), "HOME": str(home), "PULUMI_BACKEND_URL": ""}
    assert "nobody is logged in to where pulumi keeps its state" in refused(
        ops(project, "status", "-s", name, extra=stranger)
    )


def test_an_update_that_runs_is_shown_and_one_that_was_killed_is_wrong(project: Project) -> None:
    project.must_up()
    program = project.folder / "__main__.py"
    text = program.read_text()
    # It has the lock and has not begun: what is made half is for `recover`, and stays wrong until then.
    program.write_text(f"import time\n\ntime.sleep(60)\n{text}")
    process = project.start_up(own_session=True)
    deadline = time.monotonic() + 60
    while not (locks := status(project)[1]["locks"]):
        assert time.monotonic() < deadline
    assert not locks[0]["ended"]
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    program.write_text(text)
    project.change_source()

    code, found = status(project)
    first = found["findings"][0]
    assert (code, found["locks"][0]["ended"]) == (3, True)
    assert "the stack is still locked by" in first["text"]
    assert first["command"] == f"pulumi cancel -s {project.stack}"
    assert project.pulumi("cancel", "--yes").code == 0
    project.must_up()
    code, found = status(project)
    assert code == 0, found["findings"]
