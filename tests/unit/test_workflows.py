"""Workflows run nothing that can change under its name, may do little, and keep no secret in a cache."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.platforms.contract import Target
from sandbox.go_install import required_go, version_text
from sandbox.tool_catalogue import CATALOGUE
from tests.stack_files import ROOT
from tests.unit.workflow_files import ACTIONS, WORKFLOWS, Json, github_files, jobs, read, steps

FILE = ROOT / ".github" / "workflows" / "test.yml"
PREVIEW = ROOT / ".github" / "workflows" / "preview.yml"
TEST_CLUSTER = ROOT / ".github" / "workflows" / "test-cluster.yml"
DEPLOY = ROOT / ".github" / "workflows" / "deploy.yml"
KEPT = "~/.cache/monadic-pipeline/tools/"
PINNED = re.compile(r"([\w-]+/[\w-]+(?:/[\w-]+)*)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)")
JOBS = [(file, name) for file in WORKFLOWS for name in jobs(file)]
LOGIN = "./.github/actions/login"


def of(value: object) -> str:
    return value.relative_to(ROOT).as_posix() if isinstance(value, Path) else str(value)


@pytest.mark.parametrize("file", github_files(), ids=of)
def test_each_action_is_one_commit_with_its_version_beside_it(file: Path) -> None:
    used = re.findall(r"^ *-? *uses: (.*)$", file.read_text(), re.MULTILINE)
    assert len(used) == len([step for step in steps(file) if "uses" in step])
    assert [each for each in used if not each.startswith("./.github/actions/") and not PINNED.fullmatch(each)] == []


def test_an_action_has_one_commit_in_all_files() -> None:
    texts = [each.read_text() for each in github_files()]
    found = {(name.split("/")[1], commit) for text in texts for name, commit, _ in PINNED.findall(text)}
    assert len(found) == len({name for name, _ in found})


@pytest.mark.parametrize("file", WORKFLOWS, ids=of)
def test_a_workflow_may_do_nothing_by_itself(file: Path) -> None:
    assert read(file)["permissions"] == {}


@pytest.mark.parametrize(("file", "name"), JOBS, ids=of)
def test_a_job_has_an_end_and_says_what_it_may(file: Path, name: str) -> None:
    job = jobs(file)[name]
    assert "permissions" in job
    assert "timeout-minutes" in job
    checkouts = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert [step for step in checkouts if step["with"]["persist-credentials"] is not False] == []


@pytest.mark.parametrize(("file", "name"), JOBS, ids=of)
def test_a_job_may_say_who_it_is_only_where_it_logs_in_and_only_in_an_environment(file: Path, name: str) -> None:
    job = jobs(file)[name]
    logs_in = any(step.get("uses") == LOGIN for step in job["steps"])
    assert (job["permissions"].get("id-token") == "write") == logs_in
    assert ("environment" in job) == logs_in
    assert ("${{ secrets." in yaml.safe_dump(job)) <= logs_in


def test_only_the_job_that_comments_may_write_to_a_pull_request() -> None:
    writing = {(of(file), name): jobs(file)[name]["permissions"] for file, name in JOBS}
    rights = {key: {right for right, how in may.items() if how == "write"} for key, may in writing.items()}
    rights = {key: may - {"id-token"} for key, may in rights.items() if may - {"id-token"}}
    assert rights == {(of(PREVIEW), "comment"): {"pull-requests"}}


@pytest.mark.parametrize("file", github_files(), ids=of)
def test_nothing_is_put_into_a_script_before_the_shell_reads_it(file: Path) -> None:
    assert [step["run"] for step in steps(file) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=of)
def test_no_workflow_runs_code_of_others_with_the_rights_of_the_main_branch(file: Path) -> None:
    on = read(file)["on"]
    assert not {"pull_request_target", "workflow_run"} & set([on] if isinstance(on, str) else on)


def test_newer_previews_end_older_ones_and_nothing_ends_an_update() -> None:
    assert read(PREVIEW)["concurrency"]["cancel-in-progress"] is True
    for one in (read(DEPLOY), *jobs(TEST_CLUSTER).values()):
        assert one["concurrency"]["cancel-in-progress"] is False


def test_an_event_that_is_none_of_test_clusters_ends_no_run_that_waits() -> None:
    """Of the runs of one group that wait, the last is kept; a job that is left out is in no group."""
    assert "concurrency" not in read(TEST_CLUSTER)
    groups = {name: job["concurrency"]["group"] for name, job in jobs(TEST_CLUSTER).items()}
    assert groups["up"] == groups["down"] == "test-cluster-${{ github.event.pull_request.number }}"
    assert groups["expired"] == "test-cluster-expired"


def test_every_stack_has_a_job_of_its_own() -> None:
    named = re.findall(r"named\+=\((\w+)\)", _script(PREVIEW, "stacks"))
    assert {read(PREVIEW)["env"]["LOCAL_STACK"], *named} == set(Target)
    assert jobs(PREVIEW)["cloud"]["strategy"] == {
        "fail-fast": False,
        "matrix": {"include": "${{ fromJSON(needs.stacks.outputs.clouds) }}"},
    }


def test_a_preview_of_a_cloud_asks_no_docker_engine() -> None:
    (preview,) = [step for step in jobs(PREVIEW)["cloud"]["steps"] if step.get("name") == "Preview"]
    assert preview["env"]["DOCKER_HOST"] == "ssh://preview.invalid"


def test_the_comment_waits_for_all_previews_and_is_made_when_they_fail() -> None:
    comment = jobs(PREVIEW)["comment"]
    assert set(comment["needs"]) == set(jobs(PREVIEW)) - {"comment"}
    assert comment["if"] == "${{ !cancelled() }}"


def test_stacks_of_pull_requests_are_in_an_environment_of_their_own() -> None:
    environments = {jobs(TEST_CLUSTER)[name]["environment"] for name in ("down", "expired")}
    assert environments == {"test-cluster"}
    assert jobs(TEST_CLUSTER)["up"]["environment"]["name"] == "test-cluster"
    assert jobs(DEPLOY)["up"]["environment"] == "production"


def test_what_is_past_its_time_is_shown_before_it_is_destroyed() -> None:
    runs = [step["run"] for step in jobs(TEST_CLUSTER)["expired"]["steps"] if "run" in step]
    assert ["--yes" in each for each in runs] == [False, True]


def test_the_pulumi_that_is_installed_is_the_one_that_the_tests_run() -> None:
    (installed,) = [step for step in steps(_action("tools")) if step.get("uses", "").startswith("pulumi/actions@")]
    assert installed["with"] == {"pulumi-version": CATALOGUE["pulumi"].version}


def test_the_sandbox_of_a_preview_is_made_like_that_of_the_tests() -> None:
    for action in ("actions/setup-python", "actions/setup-go"):
        assert _inputs(steps(_action("sandbox")), action) == _inputs(_test_steps(), action)
    read_back = _inputs(steps(_action("sandbox")), "actions/cache/restore")
    assert read_back == _inputs(_test_steps(), "actions/cache")


def test_the_job_may_read_the_repository_and_nothing_else() -> None:
    assert read(FILE)["jobs"]["test"]["permissions"] == {"contents": "read"}


def test_go_is_the_version_that_the_tools_need() -> None:
    required = version_text(required_go(spec.folder for spec in CATALOGUE.values()))
    assert _inputs(_test_steps(), "actions/setup-go")["go-version"] == required


def test_only_built_tools_are_cached_for_their_go_and_their_machine() -> None:
    cache = _inputs(_test_steps(), "actions/cache")
    paths = cache["path"].split()
    assert [each for each in paths if not each.removeprefix("!").startswith(KEPT)] == []
    assert f"!{KEPT}*.log" in paths
    for key in (cache["key"], cache["restore-keys"]):
        assert "${{ runner.arch }}" in key
        assert "go${{ steps.go.outputs.go-version }}-" in key
    assert next(step for step in _test_steps() if "setup-go" in step.get("uses", ""))["id"] == "go"


def _test_steps() -> list[Json]:
    return jobs(FILE)["test"]["steps"]


def _script(file: Path, job: str) -> str:
    return "\n".join(step["run"] for step in jobs(file)[job]["steps"] if "run" in step)


def _action(name: str) -> Path:
    (file,) = [each for each in ACTIONS if each.parent.name == name]
    return file


def _inputs(some: list[Json], action: str) -> dict[str, Any]:
    return next(step["with"] for step in some if step.get("uses", "").startswith(f"{action}@"))
