"""The preview of a cloud's stack by the workflow, on the simulated clouds, as GitHub would run it."""

from pathlib import Path

import pytest

from tests.clouds.conftest import MakeStack
from tests.clouds.pipelines import settings
from tests.clouds.sky import Sky
from tests.e2e.github.pull_request import PullRequest
from tests.e2e.github.service import REPOSITORY, serving
from tests.e2e.github.workflow import GitHub

pytestmark = pytest.mark.e2e


@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("target", ["aks", "eks", "gke"])
def test_a_stack_of_a_cloud_is_previewed_and_commented(
    target: str, make_stack: MakeStack, sky: Sky, tmp_path: Path
) -> None:
    folder = make_stack(target).folder
    with serving() as service:
        github = GitHub(tmp_path / "github", folder, service, sky.environment)
        github.variables = {**settings(target, sky), "PULUMI_BACKEND_URL": sky.environment["PULUMI_BACKEND_URL"]}
        passphrase = Path(sky.environment["PULUMI_CONFIG_PASSPHRASE_FILE"]).read_text().strip()
        github.secrets = {"PULUMI_CONFIG_PASSPHRASE": passphrase}
        github.trusted = frozenset({f"repo:{REPOSITORY}:environment:preview"})
        github.overridden = {"LOCAL_STACK": ""}  # no stack of this machine is previewed here
        pull_request = PullRequest.of(folder, 7)
        ran = github.run("preview", pull_request.event("opened", pull_request.push()), without=("local",))
        assert {name: each.said for name, each in ran.items() if each.result != "success"} == {}
        (comment,) = service.bodies
    assert "resources are new" in comment
