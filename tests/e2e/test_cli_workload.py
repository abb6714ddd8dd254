"""The CLI beside the web API on the real engine: built from a folder of its own, by digest, reached by nobody."""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.state import default_state
from tests.e2e.cli_source import PORT, PROGRAM, with_cli
from tests.e2e.conftest import bring_up, new_project
from tests.e2e.leaving import leave
from tests.e2e.project import Project, Run, run
from tests.e2e.services import all_services, simulated
from tests.e2e.test_ops_status import ops, status
from tests.e2e.turns import NODE, SANDBOX, turn

pytestmark = pytest.mark.e2e

APP, CLI = "monadic-pipeline-webapi", "monadic-pipeline"


@dataclass(frozen=True)
class Both:
    """A stack with web API, CLI and a vector database."""

    project: Project
    image: dict[str, Any]
    """Of the CLI, in the stack file."""
    before: Run
    """The `up` that added the CLI to a stack that had none."""

    def pods(self, name: str) -> list[dict[str, Any]]:
        """Those of one of the two that are not about to go."""
        found = self.project.kubectl("get", "pods", "--selector", f"app.kubernetes.io/name={name}")["items"]
        return [each for each in found if "deletionTimestamp" not in each["metadata"]]

    def generation(self, name: str) -> int:
        """How often its Deployment was changed."""
        return self.project.kubectl("get", "deployment", name)["metadata"]["generation"]

    def python(self, name: str, code: str) -> Run:
        """Run a line in a pod of one of the two."""
        words = ["exec", f"deployment/{name}", "--", "python3", "-c", code]
        command = ["kubectl", "--namespace", self.project.namespace, *words]
        return run(command, cwd=self.project.folder, environment=self.project.environment)

    def connects(self, name: str, address: str, port: int) -> bool:
        """Whether a pod of one of the two gets a connection."""
        code = f"import socket; socket.create_connection(('{address}', {port}), timeout=2)"
        done = self.python(name, code)
        assert done.code == 0 or "timed out" in done.output, done.output
        return done.code == 0


@pytest.fixture(scope="module")
def both(_sandbox_can_run: None, tmp_path_factory: pytest.TempPathFactory) -> Generator[Both]:
    with turn(SANDBOX, alone=False), turn(NODE, alone=False):
        bring_up()
        state = default_state()
        project = new_project(state, tmp_path_factory.mktemp("cli") / "project")
        image = with_cli(project)
        vectors = all_services(simulated(state), deleteData=True)["vectors"]
        project.configure("services", vectors=vectors)
        try:
            project.must_up()
            project.configure("cli", image=image)
            yield Both(project, image, project.up())
        finally:
            leave(project)


def test_it_comes_beside_a_running_web_api_and_leaves_that_as_it_is(both: Both) -> None:
    assert both.before.code == 0, both.before.output
    assert both.generation(APP) == 1
    assert "updated" in both.before.output  # the database lets it in
    assert "replaced" not in both.before.output


def test_it_runs_by_digest_in_one_hardened_pod_without_a_port(both: Both) -> None:
    image = both.project.outputs()["cli"]["image"]
    host = both.project.outputs()["image"].partition("/")[0]
    assert image.startswith(f"{host}/{both.project.stack}-cli@sha256:")
    (pod,) = both.pods(CLI)
    (container,) = pod["spec"]["containers"]
    assert (container["image"], container.get("ports")) == (image, None)
    assert not {"startupProbe", "readinessProbe", "livenessProbe"} & {*container}
    assert container["securityContext"]["readOnlyRootFilesystem"]
    services = both.project.kubectl("get", "services")["items"]
    assert [each["metadata"]["name"] for each in services] == [APP]


def test_it_reaches_the_services_with_what_it_was_told(both: Both) -> None:
    code = (
        "import os, urllib.request as r; url = os.environ['PIPELINE__VectorStore__ConnectionString'] + '/collections'; "
        "key = os.environ['PIPELINE__VectorStore__ApiKey']; "
        "print(r.urlopen(r.Request(url, headers={'api-key': key}), timeout=5).read().decode())"
    )
    done = both.python(CLI, code)
    assert done.code == 0, done.output
    assert "collections" in json.loads(done.output)["result"]


def test_nobody_connects_to_it(both: Both) -> None:
    (address,) = [each["status"]["podIP"] for each in both.pods(CLI)]
    listens = f"import socket; socket.create_connection(('127.0.0.1', {PORT}), timeout=2)"
    assert both.python(CLI, listens).code == 0
    assert not both.connects(APP, address, PORT)
    assert both.connects(CLI, both.pods(APP)[0]["status"]["podIP"], 8080)


def test_an_unchanged_stack_stays_unchanged(both: Both) -> None:
    done = both.project.up("--expect-no-changes")
    assert done.code == 0, done.output
    assert "unchanged" in done.output


def test_commands_for_people_see_both(both: Both) -> None:
    code, found = status(both.project)
    assert (code, found["findings"]) == (0, [])
    assert {f"deployment/{each}" for each in (APP, CLI)} <= {each["workload"].lower() for each in found["workloads"]}
    proved = ops(both.project, "verify", "-s", both.project.stack, "--json")
    assert proved.code == 0, proved.output
    verdicts = {each["image"]: each["verdict"] for each in json.loads(proved.output)["images"]}
    assert verdicts[both.project.outputs()["cli"]["image"]] == "pullable"
    told = ops(both.project, "diagnose", "--context", "sandbox", "-n", both.project.namespace, f"deployment/{CLI}")
    assert told.code == 0, told.output


def test_a_changed_source_rolls_it_alone(both: Both) -> None:
    before, (old,) = both.project.outputs(), both.pods(CLI)
    (both.project.folder / "cli" / "run.py").write_text(f"{PROGRAM}# changed\n")
    after = both.project.must_up()
    assert after["cli"]["image"] != before["cli"]["image"]
    assert after["image"] == before["image"]
    (new,) = both.pods(CLI)
    assert new["metadata"]["uid"] != old["metadata"]["uid"]
    assert new["spec"]["containers"][0]["image"] == after["cli"]["image"]
    assert both.generation(APP) == 1
    _goes_back_alone(both, before, after)


def _goes_back_alone(both: Both, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    back = ("rollback", "-s", both.project.stack)
    web_api = ops(both.project, *back)
    assert (web_api.code, "no earlier version" in web_api.output) == (1, True), web_api.output
    told = ops(both.project, *back, "--cli")
    assert (told.code, f"-s {both.project.stack} --cli --yes" in told.output) == (3, True), told.output
    assert both.project.outputs() == now
    try:
        done = ops(both.project, *back, "--cli", "--yes")
        assert done.code == 0, done.output
        assert f"pulumi config rm --path cli.image.digest -s {both.project.stack}" in done.output
        assert both.project.outputs() == before
        (pod,) = both.pods(CLI)
        assert pod["spec"]["containers"][0]["image"] == before["cli"]["image"]
        assert both.generation(APP) == 1
    finally:
        (both.project.folder / "cli" / "run.py").write_text(PROGRAM)
        both.project.configure("cli", image=both.image)


def test_an_image_that_cannot_be_pulled_is_refused_and_the_running_one_stays(both: Both) -> None:
    (running,), generation = both.pods(CLI), both.generation(CLI)
    both.project.configure("cli", image={"repository": both.image["repository"], "digest": f"sha256:{'1' * 64}"})
    try:
        refused = both.project.up()
        assert refused.code != 0, refused.output
        assert "not-found (permanent)" in refused.output
        assert f"Deployment/{CLI}" in refused.output
        assert "the Deployment was not touched" in refused.output
        assert "Traceback" not in refused.output
        assert both.generation(CLI) == generation
        assert [each["metadata"]["uid"] for each in both.pods(CLI)] == [running["metadata"]["uid"]]
    finally:
        both.project.configure("cli", image=both.image)
        both.project.must_up()
    assert both.generation(CLI) == generation


def test_a_mistake_is_refused_before_anything_changes(both: Both) -> None:
    both.project.configure("cli", image={**both.image, "context": "clu"})
    try:
        refused = both.project.up()
        assert refused.code != 0, refused.output
        assert "cli.image.context: clu: there is no such folder; near are cli" in refused.output
        assert f"pulumi config set --path cli.image.context cli -s {both.project.stack}" in refused.output
        assert "Traceback" not in refused.output
    finally:
        both.project.configure("cli", image=both.image)


def test_destroy_leaves_nothing(project: Project) -> None:
    project.configure("cli", image=with_cli(project))
    project.must_up()
    done = project.pulumi("destroy", "--yes", "--skip-preview")
    assert done.code == 0, done.output
    left = project.kubectl("get", "all,ingress,networkpolicy,pdb,secret,serviceaccount,configmap")["items"]
    assert left == []
    assert json.loads(project.exported())["deployment"].get("resources", []) == []
