"""Mistakes and broken surroundings on the real engine: one message, a non-zero exit, nothing half-made."""

import re
from pathlib import Path

import pytest

from tests.e2e.project import Project, Run

pytestmark = pytest.mark.e2e


def refused(project: Project, done: Run) -> str:
    """Check what every refusal has in common; its text without colours and repetition."""
    assert done.code != 0, done.output
    assert "Traceback" not in done.output
    assert "unhandled error" not in done.output
    assert project.state.secret("registry-password") not in done.output
    assert '"type": "kubernetes:' not in project.exported()
    return done.output


def test_an_unknown_key_is_named_with_the_one_that_was_meant(project: Project) -> None:
    project.configure("app", replica=3)
    text = refused(project, project.up())
    assert "app.replica: unknown key; did you mean replicas?" in text
    assert f"pulumi config set --path app.replicas 3 -s {project.stack}" in text
    assert len(re.findall(r"error: ", text.partition("Diagnostics:")[2])) == 1


def test_a_wrong_registry_password_is_refused_before_the_build(project: Project) -> None:
    project.configure("registry", username="pipeline")
    assert project.pulumi("config", "set", "--secret", "registryPassword", "wrong-canary").code == 0
    text = refused(project, project.up())
    assert "refuses the password of user 'pipeline'" in text
    assert f"pulumi config set --secret registryPassword -s {project.stack}" in text
    assert "wrong-canary" not in text
    assert "docker:index:Image" not in text


def test_a_context_that_does_not_exist_is_refused_with_those_that_do(project: Project) -> None:
    project.configure("cluster", context="sandbx")
    text = refused(project, project.up())
    assert "no context 'sandbx'" in text
    assert f"pulumi config set --path cluster.context sandbox -s {project.stack}" in text


def test_no_docker_engine_is_one_message(project: Project, tmp_path: Path) -> None:
    text = refused(project, project.up(extra={"DOCKER_HOST": f"unix://{tmp_path}/nothing.sock"}))
    assert f"no docker engine answers at unix://{tmp_path}/nothing.sock (from DOCKER_HOST)" in text
    assert "sudo systemctl start docker" in text
    assert "make up" in text
    assert f"pulumi config set --path image.digest 'sha256:…' -s {project.stack}" in text


def test_a_wrong_passphrase_changes_nothing(project: Project) -> None:
    project.must_up()
    before = project.exported()
    done = project.up(extra={"PULUMI_CONFIG_PASSPHRASE": "wrong", "PULUMI_CONFIG_PASSPHRASE_FILE": ""})
    assert done.code != 0
    assert "passphrase" in done.output
    assert "PULUMI_CONFIG_PASSPHRASE is set" in done.output
    assert 'type: eval "$(.venv/bin/python -m sandbox env)"' in done.output
    assert project.exported() == before


def test_a_context_with_a_key_in_it_is_refused_with_the_line_to_add(project: Project) -> None:
    (project.folder / "webapi" / ".env").write_text("PASSWORD=canary-in-the-context\n")
    (project.folder / "webapi" / ".dockerignore").write_text("")
    text = refused(project, project.up())
    assert ".env" in text
    assert f".env >> {project.folder}/webapi/.dockerignore" in text
    assert "canary-in-the-context" not in text
