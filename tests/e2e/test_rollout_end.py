"""An update ends well only when the rollout has, whatever the provider of Kubernetes says of it."""

from pathlib import Path

import pytest

from tests.e2e.project import Project

pytestmark = pytest.mark.e2e


def test_a_rollout_that_the_provider_calls_over_too_early_fails_by_its_cause(project: Project) -> None:
    project.must_up()
    # On a busy cluster it sometimes waits for the old version's pods. Here it waits for nobody, and each time.
    app = project.folder / "components" / "pipeline_app.py"
    _edit(app, "{PULL_SECRETS_MARK: pull_secrets}", '{PULL_SECRETS_MARK: pull_secrets, "pulumi.com/skipAwait": "true"}')
    _edit(project.folder / "components" / "rollout_end.py", '"pulumi.com/skipAwait"', '"nobody"')
    project.configure("app", environment={"WEBAPI_NOT_READY": "true"}, startSeconds=20, timeoutSeconds=60)
    failed = project.up()
    assert failed.code != 0, failed.output
    assert "the rollout of Deployment/monadic-pipeline-webapi has not come to its end" in failed.output
    assert "failing-probe on 1 of 1 node (node-1)" in failed.output
    assert "Traceback" not in failed.output
    with project.client() as client:
        client.get("/health").raise_for_status()


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
