"""Azure's example: which login and which secrets a job has, what it then does, and how it ends."""

from pathlib import Path

import pytest

from tests.e2e.ci_examples import Runner
from tests.e2e.forge import forge
from tests.e2e.github.pull_request import PullRequest
from tests.unit.ci_machine import asked, machine, stand_in
from tests.unit.workflow_files import AZURE, azure_steps, read

AZURE_LOGIN = {"idToken": "a.b.c", "servicePrincipalId": "client", "tenantId": "tenant"}


@pytest.fixture(scope="module")
def pull_request(tmp_path_factory: pytest.TempPathFactory) -> PullRequest:
    return PullRequest.small(tmp_path_factory.mktemp("origin") / "web", 7)


@pytest.fixture
def azure(tmp_path: Path, pull_request: PullRequest) -> Runner:
    """A machine of Azure DevOps; the script that installs Pulumi says so."""
    runner = machine(pull_request, tmp_path)
    runner.program("az", '[ "$1" != account ] || echo subscription')
    runner.program("curl", '[ "$*" = "-fsSL https://get.pulumi.com" ] && echo \'echo "installs $*"\'')
    return runner


def test_a_preview_of_azure_logs_in_with_the_service_connections_token(azure: Runner, tmp_path: Path) -> None:
    codes = azure.azure("preview", {"PULUMI_BACKEND_URL": "azblob://state"}, AZURE_LOGIN)
    assert codes == [0, 4], azure.said  # there is no server to comment at
    assert "installs --version 3.274.1" in azure.said[0]
    found = asked(tmp_path)
    assert Path(found["ARM_OIDC_TOKEN_FILE_PATH"]).read_text() == "a.b.c"
    assert {name: found[name] for name in ("ARM_CLIENT_ID", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID")} == {
        "ARM_CLIENT_ID": "client",
        "ARM_TENANT_ID": "tenant",
        "ARM_SUBSCRIPTION_ID": "subscription",
    }
    assert found["PULUMI_BACKEND_URL"] == "azblob://state"
    assert found["DOCKER_HOST"] == "ssh://preview.invalid"
    assert found["PULUMI_ENABLE_STREAMING_JSON_PREVIEW"] == "true"
    assert (azure.workspace / "comment.md").is_file()


UP = "--yes --skip-preview --non-interactive --policy-pack policies"
PLACES = ("PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE")


@pytest.mark.parametrize("set_here", [[], ["PULUMI_ACCESS_TOKEN"], ["PULUMI_CONFIG_PASSPHRASE"]])
def test_what_nobody_set_does_not_reach_pulumi(set_here: list[str], azure: Runner, tmp_path: Path) -> None:
    codes = azure.azure("preview", {}, AZURE_LOGIN, dict.fromkeys(set_here, "a secret"))
    assert codes[0] == 0, azure.said
    found = asked(tmp_path)
    assert {name: found[name] for name in PLACES if name in found} == dict.fromkeys(set_here, "a secret")


@pytest.mark.parametrize(
    ("job", "variables", "calls"),
    [
        (
            "test_cluster",
            {"TEST_STACK": "web", "SYSTEM_PULLREQUEST_PULLREQUESTID": "7", "TEST_HOURS": "3"},
            ["ops review-stack web --number 7 --hours 3", f"up -s pr-7-web {UP}", "ops verify -s pr-7-web"],
        ),
        ("expired", {"TEST_STACK": "web"}, ["ops expired --yes"]),
        ("deploy", {"DEPLOY_STACK": "web"}, [f"up -s web {UP}", "ops verify -s web"]),
    ],
)
def test_a_stack_of_azure_is_made_and_ended_with_the_secrets_of_the_pipeline(
    job: str, variables: dict[str, str], calls: list[str], azure: Runner, tmp_path: Path
) -> None:
    called = stand_in(azure, tmp_path)
    secrets = {"PULUMI_ACCESS_TOKEN": "of the cloud"}
    assert azure.azure(job, variables, AZURE_LOGIN, secrets) == [0], azure.said
    assert called() == calls
    if job != "expired":
        found = asked(tmp_path)
        assert found["PULUMI_ACCESS_TOKEN"] == "of the cloud"
        assert found["ARM_CLIENT_ID"] == "client"
        assert "DOCKER_HOST" not in found


def test_the_script_of_azure_knows_its_jobs_alone(azure: Runner) -> None:
    assert azure.script("bash docs/ci/azure.sh undeploy", AZURE_LOGIN) == 2
    assert "no job undeploy; preview, test-cluster, expired or deploy" in azure.said[-1]


def test_each_job_of_azure_that_logs_in_has_the_secrets_and_starts_for_its_own_reason() -> None:
    document = read(AZURE)
    names = [each.get("job") or each["deployment"] for each in document["jobs"]]
    assert names == ["preview", "test_cluster", "expired", "deploy"]
    for name, job in zip(names, document["jobs"], strict=True):
        assert "Build.Reason" in job["condition"]
        (login,) = [each for each in azure_steps(document, name) if each.get("task") == "AzureCLI@2"]
        assert set(login["env"]) == {"PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"}
        assert login["inputs"]["addSpnToEnvironment"] is True
        assert login["inputs"]["arguments"] == name.replace("_", "-")


def test_a_preview_of_azure_that_fails_is_commented_and_the_job_fails(azure: Runner) -> None:
    azure.program("pulumi", "echo 'error: it broke' >&2; exit 255")
    with forge("azure") as there:
        variables = there.environment()
        secrets = {"System.AccessToken": variables.pop("SYSTEM_ACCESSTOKEN")}
        assert azure.azure("preview", variables, AZURE_LOGIN, secrets) == [255, 3]
    (comment,) = there.texts
    assert "it broke" in comment
