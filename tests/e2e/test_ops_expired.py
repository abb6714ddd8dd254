"""Stacks of pull requests on the real engine: made, past their time, destroyed; and all others left alone."""

import importlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from sandbox import processes
from sandbox.environment import UNSET, variables
from sandbox.state import State
from tests.e2e.project import Project, Run, copy_project, run

pytestmark = pytest.mark.e2e

_PAST = "2026-01-01T00:00:00Z"
_SOMETHING, _UNKNOWN = 3, 4


@dataclass(frozen=True)
class Reviews:
    """A checkout, with a backend of its own: a look at all of its stacks sees no other test's."""

    base: Project
    """Whose stack no pull request has."""

    def ops(self, *words: str, extra: dict[str, str] | None = None) -> Run:
        command = [sys.executable, "-m", "ops", *words]
        return run(command, cwd=self.base.folder, environment={**self.base.environment, **(extra or {})})

    def make(self, base: str = "local") -> Project:
        """The stack of a pull request, not yet deployed."""
        number = str(secrets.randbelow(90000) + 10000)
        made = self.ops("review-stack", base, "--number", number)
        assert made.code == 0, made.output
        stack = f"pr-{number}-{base}"
        assert made.output.rstrip().endswith(f"stack    {stack}")
        return replace(self.base, stack=stack)

    def ends(self, project: Project, moment: str = _PAST) -> None:
        """Set its end by hand."""
        done = project.pulumi("stack", "tag", "set", "expires", moment)
        assert done.code == 0, done.output

    def stacks(self) -> list[str]:
        command = ["pulumi", "stack", "ls", "--json"]
        # Standard output alone: the client of a bucket has warnings.
        done = subprocess.run(
            command, cwd=self.base.folder, env=self.base.environment, capture_output=True, text=True, check=True
        )
        return [each["name"] for each in json.loads(done.stdout)]


@pytest.fixture
def reviews(state: State, tmp_path: Path) -> Generator[Reviews]:
    (tmp_path / "state").mkdir()
    yield from reviews_in(state, tmp_path, PULUMI_BACKEND_URL=f"file://{tmp_path / 'state'}")


def reviews_in(state: State, tmp_path: Path, **backend: str) -> Generator[Reviews]:
    record = state.read()
    assert record is not None
    inherited = {name: value for name, value in os.environ.items() if name not in UNSET}
    environment = {**inherited, **variables(state), **backend}
    base = copy_project(tmp_path / "project", state, "local", environment)
    local = replace(base, stack="local")
    local.configure("app", drainSeconds=1)
    local.configure("ingress", port=record.options.http_port)
    local.configure("registry", host=f"127.0.0.1:{record.options.registry_port}")
    made = Reviews(base)
    yield made
    for stack in made.stacks():
        done = replace(base, stack=stack).pulumi("destroy", "--yes", "--skip-preview", "--remove")
        assert done.code == 0, done.output


def namespace_of(project: Project) -> str:
    values = yaml.safe_load(project.stack_file.read_text())["config"]
    return values["monadic-pipeline:app"]["namespace"]


def exists(project: Project, namespace: str) -> bool:
    command = ["kubectl", "get", "namespace", namespace, "--ignore-not-found", "--output=name"]
    return bool(run(command, cwd=project.folder, environment=project.environment).output.strip())


def serves(project: Project) -> bool:
    with project.client() as client:
        return client.get("/version").is_success


def test_exactly_what_is_past_its_time_is_named_and_then_destroyed(reviews: Reviews) -> None:
    past, later, precious = reviews.make(), reviews.make(), reviews.make()
    for each in (past, later, precious):
        each.must_up()
    gone, kept = namespace_of(past), namespace_of(later)
    reviews.ends(past)
    reviews.ends(precious)
    assert precious.pulumi("stack", "tag", "set", "profile", "production").code == 0
    looked = reviews.ops("expired")
    assert looked.code == _SOMETHING, looked.output
    assert [line for line in looked.output.splitlines() if "is past its time" in line] == [
        next(line for line in looked.output.splitlines() if line.startswith(f"wrong    {past.stack} is past its time"))
    ]
    assert f"{precious.stack} has an end and is marked production, so it is not touched" in looked.output
    assert serves(past)
    past.stack_file.unlink()  # a schedule runs in a checkout that never had it
    done = reviews.ops("expired", "--yes", "--json")
    assert done.code == _SOMETHING, done.output
    answer = json.loads(done.output[done.output.index("\n{\n") :])
    (ended,) = [each for each in answer["stacks"] if each["ended"] is not None]
    assert (ended["name"], ended["ended"]["removed"], ended["ended"]["left"]) == (past.stack, True, [])
    assert any("the images that were pushed to" in each for each in ended["ended"]["leaves"])
    assert sorted(reviews.stacks()) == sorted([reviews.base.stack, later.stack, precious.stack])
    assert (exists(later, gone), exists(later, kept)) == (False, True)
    assert serves(later)
    assert serves(precious)


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGINT])
def test_a_destroy_that_was_cut_off_is_finished_by_the_next_look(reviews: Reviews, way: signal.Signals) -> None:
    project = reviews.make()
    project.must_up()
    namespace = namespace_of(project)
    reviews.ends(project)
    command = [sys.executable, "-m", "ops", "expired", "--yes"]
    with subprocess.Popen(
        command,
        cwd=project.folder,
        env=project.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert next((line for line in process.stdout if "deleting" in line), None)
        started = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, way)
        if way is signal.SIGKILL:
            processes.kill([each for each in started if each.is_running()])
        rest = process.stdout.read()  # after Ctrl-C until pulumi has written down what it did
    assert process.returncode != 0
    assert "Traceback" not in rest
    assert project.stack in reviews.stacks()
    done = reviews.ops("expired", "--yes")
    assert done.code == 0, done.output
    assert project.stack not in reviews.stacks()
    assert not exists(project, namespace)


def test_a_stack_at_which_an_update_works_is_left_alone(reviews: Reviews) -> None:
    project = reviews.make()
    reviews.ends(project)
    with project.start_up() as update:
        assert update.stdout is not None
        next(line for line in update.stdout if "kubernetes:core/v1:Namespace" in line)
        done = reviews.ops("expired", "--yes")
        assert (done.code, "left alone, as an update holds it: " in done.output) == (_SOMETHING, True), done.output
        rest = update.stdout.read()
    assert update.returncode == 0, rest
    assert serves(project)


def test_a_closed_pull_request_ends_its_stacks_and_no_others(reviews: Reviews) -> None:
    closed, open_ = reviews.make(), reviews.make()
    number = closed.stack.split("-")[1]
    done = reviews.ops("expired", "--closed", number, "--yes")
    assert done.code == 0, done.output
    assert closed.stack not in reviews.stacks()
    assert open_.stack in reviews.stacks()
    assert reviews.ops("expired", "--closed", number, "--yes").code == 0


def test_secrets_of_the_stack_file_can_be_read_under_the_new_name(reviews: Reviews) -> None:
    told = reviews.base.pulumi("config", "set", "--secret", "--path", "appSecrets.TOKEN", "canary")
    assert told.code == 0, told.output
    project = reviews.make(reviews.base.stack)
    assert "canary" not in project.stack_file.read_text()
    assert project.pulumi("config", "get", "--path", "appSecrets.TOKEN").output.strip() == "canary"
    project.must_up()
    again = reviews.ops("review-stack", reviews.base.stack, "--number", project.stack.split("-")[1])
    assert again.code == 0, again.output
    same = project.up("--expect-no-changes")
    assert same.code == 0, same.output


def test_a_stack_that_cannot_be_read_is_told_and_not_touched(reviews: Reviews) -> None:
    project = reviews.make()
    project.must_up()
    reviews.ends(project)
    done = reviews.ops("expired", "--yes", extra={"PULUMI_CONFIG_PASSPHRASE": "another"})
    assert done.code == _UNKNOWN, done.output
    assert "is not the one that its secrets are encrypted with" in done.output
    assert serves(project)


@pytest.fixture
def in_a_bucket(state: State, tmp_path: Path) -> Generator[tuple[Reviews, Any]]:
    """Reviews whose states lie in a bucket, and a client of it."""
    server: Any = importlib.import_module("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        address = "{}:{}".format(*server.get_host_and_port())
        login = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing", "AWS_REGION": "us-east-1"}
        session: Any = importlib.import_module("boto3").Session("nobody", "nothing", region_name="us-east-1")
        client = session.client("s3", endpoint_url=f"http://{address}")
        client.create_bucket(Bucket="states")
        url = f"s3://states?endpoint={address}&disableSSL=true&s3ForcePathStyle=true&region=us-east-1"
        for reviews in reviews_in(state, tmp_path, PULUMI_BACKEND_URL=url, **login):
            yield reviews, client
    finally:
        server.stop()


def test_ends_are_kept_in_a_bucket_and_a_lock_there_is_told(in_a_bucket: tuple[Reviews, Any]) -> None:
    reviews, client = in_a_bucket
    project, later = reviews.make(), reviews.make()
    reviews.ends(project)
    lock = {"pid": 7, "username": "ci", "hostname": "runner", "timestamp": "2026-01-05T10:00:00Z"}
    key = f".pulumi/locks/organization/monadic-pipeline/{project.stack}/a.json"
    client.put_object(Bucket="states", Key=key, Body=json.dumps(lock).encode())
    held = reviews.ops("expired", "--yes")
    assert held.code == _SOMETHING, held.output
    assert f"{project.stack} is locked by ci@runner (process 7, since 2026-01-05 10:00:00)" in held.output
    assert f"type: pulumi cancel -s {project.stack}" in held.output
    assert project.pulumi("cancel", "--yes").code == 0
    done = reviews.ops("expired", "--yes")
    assert done.code == 0, done.output
    assert sorted(reviews.stacks()) == sorted([reviews.base.stack, later.stack])
