"""The policy pack on the real engine: what it finds, and what that does to a preview and an update."""

import datetime as dt

import pytest
import yaml

from tests.e2e.project import Project, Run

pytestmark = pytest.mark.e2e

PACK = ("--policy-pack", "policies")
PLANTED = """
import pulumi_kubernetes as k8s

k8s.core.v1.ConfigMap(
    "leaky",
    metadata={"name": "leaky", "namespace": settings.app.namespace},
    data={"DB_PASSWORD": "hunter2-canary"},
    opts=pulumi.ResourceOptions(provider=platform.cluster.provider),
)
"""
"""A secret in a ConfigMap, at which the program itself does not look."""
FOUND = "ConfigMap leaky: 'DB_PASSWORD' holds a secret in clear (known by its name); use a Secret"


def plant(project: Project) -> None:
    program = project.folder / "__main__.py"
    program.write_text(program.read_text() + PLANTED)


def suppress(project: Project, **entry: object) -> None:
    listed = {"suppressions": [{"code": "secret-in-clear", "resource": "leaky", **entry}]}
    (project.folder / "policies" / "suppressions.yaml").write_text(yaml.safe_dump(listed))


def flat(done: Run) -> str:
    assert "Traceback" not in done.output
    return " ".join(done.output.split())


def test_nothing_is_found_in_the_committed_stack_and_what_a_preview_cannot_know_is_said(project: Project) -> None:
    text = flat(project.pulumi("preview", *PACK))
    assert "✅ monadic-pipeline@v0.1.0" in text or "⚠️ monadic-pipeline@v0.1.0" in text
    assert "mandatory" not in text
    shown = "spec.template.spec.containers[0].image of Deployment monadic-pipeline-webapi (image-digest, image-registry"
    assert shown in text


def test_a_planted_mistake_ends_a_preview_and_an_update_with_code_and_fix(project: Project) -> None:
    plant(project)
    preview = project.pulumi("preview", *PACK)
    for done in (preview, project.up(*PACK)):
        text = flat(done)
        assert done.code != 0, text
        assert "secret-in-clear" in text
        assert FOUND in text
        assert f"fix: pulumi config set --secret --path appSecrets.NAME -s {project.stack} " in text
        assert "more: docs/policies.md#secret-in-clear" in text
        assert "hunter2-canary" not in text
    assert "leaky" not in project.exported()


def test_a_suppression_lets_a_finding_be_until_its_last_day(project: Project) -> None:
    plant(project)
    suppress(project, reason="The migration of the old app needs it.", until=dt.date(2999, 12, 31))
    done = project.pulumi("preview", *PACK)
    assert done.code == 0, done.output
    assert FOUND not in flat(done)


def test_a_file_of_suppressions_that_is_wrong_is_refused_with_all_that_is_wrong(project: Project) -> None:
    suppress(project, until="soon")
    done = project.pulumi("preview", *PACK)
    assert done.code != 0
    text = flat(done)
    assert "suppressions[0]: reason: field required" in text
    assert "suppressions[0]: until: " in text
