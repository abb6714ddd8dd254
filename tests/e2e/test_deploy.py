"""From source to a served URL, and on to the next version."""

import json
import re
import time
from collections.abc import Callable

import pytest

from tests.e2e.load import steady_load
from tests.e2e.project import Project, run

pytestmark = pytest.mark.e2e

_INGRESS_SECONDS = 4
"""Traefik takes over what changed once in 2 s (providers.providersThrottleDuration)."""

REFERENCE = re.compile(r"127\.0\.0\.1:\d+/monadic-pipeline-webapi@sha256:[0-9a-f]{64}")


def test_up_serves_the_source_by_digest(project: Project) -> None:
    outputs = project.must_up()
    assert REFERENCE.fullmatch(outputs["image"])
    assert outputs["target"] == "local"
    assert outputs["namespace"] == project.namespace
    with project.client() as client:
        assert client.get("/health").status_code == 200
        version = client.get("/version").json()
    pods = project.kubectl("get", "pods")["items"]
    assert version["pod"] in {pod["metadata"]["name"] for pod in pods}
    assert {pod["spec"]["containers"][0]["image"] for pod in pods} == {outputs["image"]}


def test_a_second_up_builds_pushes_and_changes_nothing(project: Project) -> None:
    repository = f"{project.stack}-webapi"  # of its own: others push meanwhile

    def pushes() -> int:
        lines = (project.state.logs / "registry.log").read_text().splitlines()
        return len([line for line in lines if "PUT" in line and repository in line])

    project.configure("image", repository=repository)
    project.must_up()
    before = pushes()
    assert before > 0
    done = project.up("--expect-no-changes")
    assert done.code == 0, done.output
    assert pushes() == before
    assert "unchanged" in done.output
    preview = project.pulumi("preview", "--expect-no-changes")
    assert preview.code == 0, preview.output


def test_refresh_finds_nothing_that_drifted_by_itself(project: Project) -> None:
    project.must_up()
    done = project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert done.code == 0, done.output


def test_a_changed_source_serves_under_a_new_digest_and_no_request_fails(project: Project) -> None:
    project.configure("app", drainSeconds=None)
    first = project.must_up()
    with project.client() as client:
        old = client.get("/version").json()["build"]
        project.change_source()
        with steady_load(client, "/version", per_second=50) as load:
            second = project.must_up()
            time.sleep(_INGRESS_SECONDS)
    assert second["image"] != first["image"]
    assert load.failures == []
    assert load.sent > 50
    builds = [json.loads(body)["build"] for _, body in load.bodies]
    assert builds[0] == old
    assert builds[-1] != old


def test_an_up_that_fails_to_build_shows_the_step_and_leaves_the_running_version(project: Project) -> None:
    first = project.must_up()
    dockerfile = project.folder / "webapi" / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "\nCOPY missing-file /app/\n")
    done = project.up()
    assert done.code != 0
    assert "COPY missing-file" in done.output
    assert "Traceback" not in done.output
    assert project.kubectl("get", "deployment")["items"][0]["metadata"]["generation"] == 1
    assert project.outputs()["image"] == first["image"]


def test_a_digest_is_promoted_to_another_stack_without_a_build(
    project: Project, make_another: Callable[[], Project]
) -> None:
    image = project.must_up()["image"]
    other = make_another()
    other.configure("image", digest=image.rpartition("@")[2], context=None, dockerfile=None, buildArgs=None)
    assert other.must_up()["image"] == image
    assert "docker:index/image:Image" not in other.exported()


def test_destroy_leaves_nothing_in_the_cluster_or_the_state(project: Project) -> None:
    project.must_up()
    done = project.pulumi("destroy", "--yes", "--skip-preview")
    assert done.code == 0, done.output
    left = project.kubectl("get", "all,ingress,networkpolicy,pdb,secret,serviceaccount,configmap")["items"]
    assert left == []
    assert json.loads(project.exported())["deployment"].get("resources", []) == []


def test_secrets_are_in_clear_nowhere(project: Project) -> None:
    canary = "canary-5d1c7e"
    done = project.pulumi("config", "set", "--secret", "--path", "appSecrets.API_KEY", canary)
    assert done.code == 0, done.output
    shown = [project.pulumi("preview", "--diff").output, project.up("--diff").output, project.exported()]
    shown += [path.read_text(errors="replace") for path in project.state.logs.glob("*.log")]
    shown += [project.pulumi("stack", "output", "--json").output, project.stack_file.read_text()]
    registry_password = project.state.secret("registry-password")
    assert [text for text in shown if canary in text or registry_password in text] == []
    secret = project.kubectl("get", "secrets")["items"]
    assert len(secret) >= 2


def test_the_committed_files_stay_as_they_are(project: Project) -> None:
    before = {path: path.read_bytes() for path in project.folder.glob("Pulumi*.yaml")}
    project.must_up()
    project.pulumi("preview")
    project.pulumi("refresh", "--yes", "--skip-preview")
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert {path: path.read_bytes() for path in project.folder.glob("Pulumi*.yaml")} == before


def test_a_config_file_stands_beside_what_the_image_has(project: Project) -> None:
    project.configure("app", configPath="/app", configFiles={"appsettings.Production.json": '{"MaxTurns": 5}'})
    project.must_up()
    words = ["exec", "deployment/monadic-pipeline-webapi", "--", "python3", "-c"]
    code = "import os; print(open('/app/appsettings.Production.json').read(), os.listdir('/app'))"
    command = ["kubectl", "--namespace", project.namespace, *words, code]
    done = run(command, cwd=project.folder, environment=project.environment)
    assert '{"MaxTurns": 5}' in done.output, done.output
    assert "'webapi'" in done.output
