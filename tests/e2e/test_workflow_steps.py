"""The shell steps of the workflows, run on the sandbox for the events of a pull request, as GitHub would run them.

Which scripts of all that the workflows have are run is checked in tests/unit/test_workflow_coverage.py.
"""

import json
import secrets
import tempfile
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from tests.e2e.ci_examples import Runner
from tests.e2e.github.repository import Repository, repository_of
from tests.e2e.github.workflow import Event, Ran
from tests.e2e.project import Project, run

pytestmark = pytest.mark.e2e

_ONLY_HERE = ("PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER")
"""What the sandbox's shell has and a machine of GitHub has not."""


@pytest.fixture
def repository(project: Project, tmp_path: Path) -> Generator[Repository]:
    with repository_of(project, tmp_path / "github") as made:
        yield made


def ran_well(repository: Repository, name: str, event: Event, *left_out: str) -> dict[str, Ran]:
    """Run a workflow, of which every job must end well, but for those that it leaves out."""
    ran = repository.github.run(name, event)
    bad = {job: each.said for job, each in ran.items() if each.result != "success" and job not in left_out}
    assert bad == {}
    assert {job for job, each in ran.items() if each.result == "skipped"} == set(left_out)
    return ran


def build(repository: Repository) -> str:
    """Which build of the web API answers at the stack's URL."""
    with repository.project.client() as client:
        return str(client.get("/version").json()["build"])


def test_a_pull_request_is_previewed_commented_broken_mended_and_deployed(repository: Repository) -> None:
    repository.project.change_source()
    opened = ran_well(repository, "preview", repository.happened("opened"), "cloud")
    (comment,) = repository.service.bodies
    assert "image changes; nothing is replaced" in comment
    assert opened["comment"].summary.strip() == comment.strip()
    before = build(repository)

    repository.project.configure("app", port=0)
    broken = repository.github.run("preview", repository.happened("synchronize"))
    assert {name: each.result for name, each in broken.items()} == {
        "stacks": "success", "local": "failure", "cloud": "skipped", "comment": "failure"
    }  # fmt: skip
    (comment,) = repository.service.bodies
    assert "app.port" in comment, broken["local"].said

    repository.project.configure("app", port=8080)
    repository.github.variables = {
        "DEPLOY_STACKS": json.dumps([{"stack": repository.project.stack, "target": "local"}]),
        "PULUMI_BACKEND_URL": repository.project.environment["PULUMI_BACKEND_URL"],
    }
    repository.github.secrets = {"PULUMI_CONFIG_PASSPHRASE": repository.passphrase}
    ran_well(repository, "deploy", Event("push", {}, repository.pull_request.push()))
    assert build(repository) != before


@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("pushes", [1, 2])
def test_a_labelled_pull_request_has_a_stack_that_answers_until_it_is_closed(
    pushes: int, repository: Repository, tmp_path: Path
) -> None:
    states = tmp_path / "states"
    states.mkdir()
    github = repository.github
    backend = f"file://{states}"
    github.machine = {name: each for name, each in github.machine.items() if name not in _ONLY_HERE}
    github.variables = {"TEST_STACK": "local", "PULUMI_BACKEND_URL": backend}
    github.secrets = {"PULUMI_CONFIG_PASSPHRASE": secrets.token_hex(8)}
    stack = f"pr-{repository.pull_request.number}-local"
    label = {"labels": "test-cluster", "label": "test-cluster"}
    try:
        answers: set[str] = set()
        # A second push changes nothing of it: a new checkout has the stack's state, and not its stack file.
        for action in ("labeled", "synchronize")[:pushes]:
            up = ran_well(repository, "test-cluster", repository.happened(action, **label), "down", "expired")
            assert f"The stack `{stack}` answers at http://" in up["up"].summary
            answers.add(_answer(up["up"].summary))
        assert len(answers) == 1

        looked = ran_well(
            repository, "test-cluster", Event("schedule", {}, repository.pull_request.push()), "up", "down"
        )
        assert stack in looked["expired"].summary
        assert _names(repository, backend) == [stack]

        down = ran_well(repository, "test-cluster", repository.happened("closed", **label), "up", "expired")
        assert stack in down["down"].said
        assert _names(repository, backend) == []
    finally:
        _destroy(repository, backend, stack)


def _answer(summary: str) -> str:
    """What the web API says of its build, by the URL that the job names."""
    return _build_at(summary.partition(" answers at ")[2].partition(". It ends")[0])


def _build_at(address: str) -> str:
    url = httpx.URL(address)
    headers = {"Host": f"{url.host}:{url.port}"}
    answer = httpx.get(url.copy_with(host="127.0.0.1", path="/version"), headers=headers, timeout=5, trust_env=False)
    assert answer.status_code == 200
    return str(answer.json()["build"])


def _pulumi(repository: Repository, backend: str) -> Project:
    environment = {**repository.github.machine, **repository.github.secrets, "PULUMI_BACKEND_URL": backend}
    return replace(repository.project, environment=environment)


def _names(repository: Repository, backend: str) -> list[str]:
    project = _pulumi(repository, backend)
    listed = run(["pulumi", "stack", "ls"], cwd=project.folder, environment=project.environment)
    assert listed.code == 0, listed.output
    return [line.split()[0].rstrip("*") for line in listed.output.splitlines()[1:] if line.startswith("pr-")]


def _destroy(repository: Repository, backend: str, stack: str) -> None:
    """Whatever a test that failed left."""
    if stack in _names(repository, backend):
        project = replace(_pulumi(repository, backend), stack=stack)
        project.pulumi("destroy", "--yes", "--skip-preview", "--remove")


@dataclass(frozen=True)
class Example:
    """The pipeline of docs/ci for another service; each job runs on a machine of its own, as there."""

    service: str
    repository: Repository
    folder: Path

    def machine(self) -> Runner:
        """A new one, with a checkout of what lies in the project's folder now."""
        folder = Path(tempfile.mkdtemp(dir=self.folder)) / "machine"
        sha = self.repository.pull_request.push()
        made = Runner.at(folder, self.repository.project.folder, sha, self.repository.github.machine)
        made.program("curl", "echo :")  # which installs Pulumi
        made.program("sudo", 'exec "$@"')
        made.program("az", ":")
        return made

    def run(self, job: str, variables: Mapping[str, str], passphrase: str) -> Runner:
        """Run a job that must end well; the machine after it."""
        machine = self.machine()
        secret = {"PULUMI_CONFIG_PASSPHRASE": passphrase}
        if self.service == "gitlab":
            # A variable of the project goes before the file's: this engine is no service beside the job.
            own = {**variables, **secret, "DOCKER_HOST": _engine(self.repository)}
            codes = [machine.gitlab(job.replace("_", "-"), own)]
        else:
            codes = machine.azure(job, variables, AZURE_LOGIN, secret)
        assert codes == [0], machine.said
        return machine


def _engine(repository: Repository) -> str:
    return repository.project.environment.get("DOCKER_HOST", "unix:///var/run/docker.sock")


AZURE_LOGIN = {"idToken": "a.b.c", "servicePrincipalId": "client", "tenantId": "tenant"}


def test_the_examples_for_gitlab_and_azure_preview_and_write_the_comment(
    repository: Repository, tmp_path: Path
) -> None:
    project = repository.project
    own = {"STACK": project.stack, "STACKS": project.stack, "DOCKER_HOST": "ssh://preview.invalid", "TARGET": "local"}
    runner = Example("gitlab", repository, tmp_path).machine()
    assert runner.gitlab("preview", own) == 0, runner.said
    # No merge request is there to write it to; the text is, and says what GitHub's says.
    assert runner.gitlab("comment", own) == 4, runner.said
    of_gitlab = (runner.workspace / "comment.md").read_text()
    assert "resources are new" in of_gitlab

    state = {"PULUMI_BACKEND_URL": project.environment["PULUMI_BACKEND_URL"]}
    codes = runner.azure("preview", {**own, **state}, AZURE_LOGIN, {"PULUMI_CONFIG_PASSPHRASE": repository.passphrase})
    assert codes == [0, 4], runner.said
    assert (runner.workspace / "comment.md").read_text() == of_gitlab


@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("service", ["gitlab", "azure"])
def test_the_examples_make_the_stack_of_a_request_end_it_and_deploy_the_main_branch(
    service: str, repository: Repository, tmp_path: Path
) -> None:
    states = tmp_path / "states"
    states.mkdir()
    github, number = repository.github, str(repository.pull_request.number)
    backend, stack, passphrase = f"file://{states}", f"pr-{number}-local", secrets.token_hex(8)
    github.machine = {name: each for name, each in github.machine.items() if name not in _ONLY_HERE}
    github.secrets = {"PULUMI_CONFIG_PASSPHRASE": passphrase}
    example = Example(service, repository, tmp_path)
    numbered = {"CI_MERGE_REQUEST_IID": number, "SYSTEM_PULLREQUEST_PULLREQUESTID": number}
    variables = {**numbered, "TEST_STACK": "local", "TEST_TARGET": "local", "PULUMI_BACKEND_URL": backend}
    try:
        up = example.run("test_cluster", variables, passphrase)
        url = _output(repository, backend, stack)
        assert _build_at(url)
        if service == "gitlab":
            assert (up.workspace / "url.env").read_text() == f"URL={url}\n"
        assert stack in example.run("expired", variables, passphrase).said[-1]
        assert _names(repository, backend) == [stack]

        if service == "gitlab":
            example.run("test_cluster_down", variables, passphrase)
        else:
            _ends_now(repository, backend, stack)
            example.run("expired", variables, passphrase)
        assert _names(repository, backend) == []
    finally:
        _destroy(repository, backend, stack)

    own = repository.project
    where = {"PULUMI_BACKEND_URL": own.environment["PULUMI_BACKEND_URL"]}
    example.run("deploy", {**where, "DEPLOY_STACK": own.stack, "DEPLOY_TARGET": "local"}, repository.passphrase)
    assert build(repository)


def _output(repository: Repository, backend: str, stack: str) -> str:
    done = replace(_pulumi(repository, backend), stack=stack).pulumi("stack", "output", "url")
    assert done.code == 0, done.output
    return done.output.strip()


def _ends_now(repository: Repository, backend: str, stack: str) -> None:
    project = replace(_pulumi(repository, backend), stack=stack)
    done = project.pulumi("stack", "tag", "set", "expires", "2026-01-01T00:00:00Z")
    assert done.code == 0, done.output
