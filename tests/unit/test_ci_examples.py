"""GitLab's and Azure's example: which login a preview has, and what is said where it is refused."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.ci_examples import Runner
from tests.e2e.forge import forge
from tests.e2e.github.pull_request import PullRequest

LOGINS = {
    "AZURE_CLIENT_ID": "client",
    "AZURE_TENANT_ID": "tenant",
    "AZURE_SUBSCRIPTION_ID": "subscription",
    "AWS_ROLE": "arn:aws:iam::123456789012:role/preview",
    "GOOGLE_IDENTITY_PROVIDER": "projects/42/locations/global/workloadIdentityPools/ci/providers/gitlab",
    "GOOGLE_SERVICE_ACCOUNT": "preview@web.iam.gserviceaccount.com",
}
PROGRAM = {"aks": "az", "eks": "aws", "gke": "gcloud"}
WELL: dict[str, Any] = {"steps": [], "diagnostics": [], "changeSummary": {"same": 3}}


@pytest.fixture(scope="module")
def pull_request(tmp_path_factory: pytest.TempPathFactory) -> PullRequest:
    return PullRequest.small(tmp_path_factory.mktemp("origin") / "web", 7)


@pytest.fixture(scope="module")
def sha(pull_request: PullRequest) -> str:
    return pull_request.push()


@pytest.fixture
def runner(tmp_path: Path, pull_request: PullRequest, sha: str) -> Runner:
    machine = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "TMPDIR": str(tmp_path)}
    made = Runner.at(tmp_path / "runner", pull_request.folder, sha, machine)
    made.program("pulumi", f"echo '{json.dumps(WELL)}'\nenv > {tmp_path}/asked")
    made.program("sudo", 'exec "$@"')
    for each in PROGRAM.values():
        made.program(each, f'echo "{each} $*" >> {tmp_path}/typed')
    return made


def asked(tmp_path: Path) -> dict[str, str]:
    """The variables that pulumi got."""
    return dict(line.split("=", 1) for line in (tmp_path / "asked").read_text().splitlines() if "=" in line)


@pytest.mark.parametrize(
    ("stack", "wanted", "file"),
    [
        ("aks", {"ARM_USE_OIDC": "true", "ARM_CLIENT_ID": "client", "ARM_TENANT_ID": "tenant",
                 "ARM_SUBSCRIPTION_ID": "subscription"}, "ARM_OIDC_TOKEN_FILE_PATH"),
        ("eks", {"AWS_ROLE_ARN": LOGINS["AWS_ROLE"]}, "AWS_WEB_IDENTITY_TOKEN_FILE"),
        ("gke", {}, "GOOGLE_APPLICATION_CREDENTIALS"),
    ],
)  # fmt: skip
def test_a_preview_of_gitlab_logs_in_with_the_jobs_own_token(
    stack: str, wanted: dict[str, str], file: str, runner: Runner, tmp_path: Path
) -> None:
    assert runner.gitlab("preview", {**LOGINS, "STACK": stack}) == 0, runner.said
    found = asked(tmp_path)
    assert {name: found.get(name) for name in wanted} == wanted
    assert found["DOCKER_HOST"] == "ssh://preview.invalid"
    token = Path(found[file].removesuffix(".json")).read_text()
    assert token.count(".") == 2
    assert f"{PROGRAM[stack]} " in (tmp_path / "typed").read_text()
    assert json.loads((runner.workspace / "previews" / f"{stack}.json").read_text()) == WELL


@pytest.mark.parametrize("stack", PROGRAM)
def test_a_login_of_gitlab_that_is_refused_says_who_has_to_trust_the_job(
    stack: str, runner: Runner, tmp_path: Path
) -> None:
    # Google's first command writes a file and asks nobody.
    runner.program(PROGRAM[stack], '[[ "$*" == *create-cred-config* ]]')
    assert runner.gitlab("preview", {**LOGINS, "STACK": stack}) == 1
    said = (runner.workspace / "previews" / f"{stack}.err").read_text()
    assert "project_path:team/web:ref_type:branch:ref:change" in said
    assert "https://gitlab.com" in said
    assert not (tmp_path / "asked").exists()


def test_a_preview_of_azure_logs_in_with_the_service_connections_token(runner: Runner, tmp_path: Path) -> None:
    runner.program("az", '[ "$1" != account ] || echo subscription')
    runner.program("curl", '[ "$*" = "-fsSL https://get.pulumi.com" ] && echo \'echo "installs $*"\'')
    login = {"idToken": "a.b.c", "servicePrincipalId": "client", "tenantId": "tenant"}
    codes = runner.azure({"PULUMI_BACKEND_URL": "azblob://state"}, login)
    assert codes == [0, 0, 0, 4], runner.said  # there is no server to comment at
    assert "installs --version 3.274.1" in runner.said[0]
    found = asked(tmp_path)
    assert Path(found["ARM_OIDC_TOKEN_FILE_PATH"]).read_text() == "a.b.c"
    assert {name: found[name] for name in ("ARM_CLIENT_ID", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID")} == {
        "ARM_CLIENT_ID": "client",
        "ARM_TENANT_ID": "tenant",
        "ARM_SUBSCRIPTION_ID": "subscription",
    }
    assert found["PULUMI_BACKEND_URL"] == "azblob://state"
    assert (runner.workspace / "comment.md").is_file()


def test_a_preview_of_azure_that_fails_is_commented_and_the_job_fails(runner: Runner) -> None:
    runner.program("az", ":")
    runner.program("curl", "echo :")
    runner.program("pulumi", "echo 'error: it broke' >&2; exit 255")
    with forge("azure") as there:
        login = {"idToken": "a.b.c", "servicePrincipalId": "client", "tenantId": "tenant"}
        variables = there.environment()
        variables["System.AccessToken"] = variables.pop("SYSTEM_ACCESSTOKEN")
        assert runner.azure(variables, login) == [0, 0, 255, 3]
    (comment,) = there.texts
    assert "it broke" in comment
