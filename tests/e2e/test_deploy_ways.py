"""What else an update of the whole does: builds that fail, digests that are promoted, files, secrets, refresh."""

from collections.abc import Callable

import pytest

from tests.e2e.project import Project, run

pytestmark = pytest.mark.e2e


def test_refresh_finds_nothing_that_drifted_by_itself(project: Project) -> None:
    project.must_up()
    done = project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert done.code == 0, done.output


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
