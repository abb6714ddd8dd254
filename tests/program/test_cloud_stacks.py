"""Each committed stack file of a cloud through the real `__main__.py`, on a machine that is logged in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from components.platforms import aks_push, machine
from tests.engine import DIGEST, Answer, RecordingMocks, RefusedError
from tests.graph import UNKNOWN, Graph
from tests.program.conftest import Project
from tests.unit import aks_stack, eks_account, gke_stacks

STACKS = ("aks", "eks", "gke")
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
SERVICE = "kubernetes:core/v1:Service"
IMAGE = "docker:index/image:Image"
PACKAGES = {"aks": "azure-native:", "eks": "aws:", "gke": "gcp:"}
FUNCTIONS: Mapping[str, dict[str, Answer]] = {
    "aks": dict(aks_stack.LOOKED_UP),
    "eks": dict(eks_account.FUNCTIONS),
    "gke": gke_stacks.FUNCTIONS,
}
RESOURCES: Mapping[str, Mapping[str, Answer]] = {
    "aks": aks_stack.MADE,
    "eks": eks_account.RESOURCES,
    "gke": {token: answer for token, answer in gke_stacks.ANSWERS.items() if token not in gke_stacks.FUNCTIONS},
}
PREFIXES = {
    "aks": "registry1a2b-h4sh.azurecr.io",
    "eks": "123456789012.dkr.ecr.eu-central-1.amazonaws.com",
    "gke": "europe-west1-docker.pkg.dev/my-project/monadic-pipeline",
}
EXPIRED, ODD = "ExpiredToken: The security token included in the request is expired", "no idea"
LOGINS = {
    "ARM_CLIENT_ID": "c",
    "ARM_CLIENT_SECRET": "canary-client-secret",
    "ARM_TENANT_ID": aks_stack.TENANT,
    "ARM_SUBSCRIPTION_ID": aks_stack.SUBSCRIPTION,
    "AWS_ACCESS_KEY_ID": "a",
    "AWS_SECRET_ACCESS_KEY": "canary-secret-key",
    "GOOGLE_CREDENTIALS": "canary-credentials",
    "GOOGLE_APPLICATION_CREDENTIALS": __file__,  # for the cluster
}
pytestmark = pytest.mark.filterwarnings("ignore:aws.ec2/encryptioncontrol:DeprecationWarning")
"""Of the SDK itself, whenever its module for networks is loaded."""
CANARIES = (*(each for each in LOGINS.values() if "canary" in each), aks_stack.CANARY, "canary-token")


@pytest.fixture(autouse=True)
def no_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of no cloud, where nobody is logged in; gives the folder that is its PATH."""
    for name in (*LOGINS, "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(machine, "_hardware", str)
    return programs


@pytest.fixture
def logged_in(no_login: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All three clouds know who deploys."""
    for name, value in LOGINS.items():
        monkeypatch.setenv(name, value)
    for name in ("kubelogin", "aws", "gke-gcloud-auth-plugin"):
        (no_login / name).touch(mode=0o755)

    async def exchanged(*_: object) -> str:
        return aks_stack.CANARY

    monkeypatch.setattr(aks_push, "push_login", exchanged)


def written(_: object) -> dict[str, Any]:
    """As each cloud's load balancers do."""
    return {"status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}}}


def run(project: Project, stack: str, *, preview: bool = False, **changes: Any) -> Graph:
    made = {} if preview else {**RESOURCES[stack], INGRESS: written, SERVICE: written}
    answers = {**FUNCTIONS[stack], **made}
    with patch.object(RecordingMocks, "new_resource", aks_stack.with_arm_id):
        return project.run(stack, preview=preview, answers=answers, **changes)


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("stack", STACKS)
def test_a_cloud_stack_gives_a_url_and_what_runs_there(stack: str, project: Project) -> None:
    exports = run(project, stack).exports
    assert exports["url"] == "http://203.0.113.7"
    assert exports["image"] == f"{PREFIXES[stack]}/monadic-pipeline-webapi@{DIGEST}"
    assert exports["target"] == stack
    assert exports["rollout"].endswith("rollout status deployment/monadic-pipeline-webapi")
    assert bool(exports["leaves"]) is (stack == "gke")  # its APIs


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("stack", STACKS)
def test_a_preview_before_anything_is_made_knows_neither_address_nor_digest(stack: str, project: Project) -> None:
    exports = run(project, stack, preview=True).exports
    assert (exports["url"], exports["image"]) == (UNKNOWN, UNKNOWN)


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_has_an_explicit_provider_and_those_of_the_cloud_explain_their_errors(
    stack: str, project: Project
) -> None:
    graph = run(project, stack)
    own = [each for each in graph.resources if each.type.startswith(PACKAGES[stack])]
    assert own
    for each in graph.resources:
        if each.custom and not each.type.startswith("pulumi:"):
            assert each.provider, each.urn
    assert {each.hooks.get("on_error") for each in own} == {(f"{stack}-advice",)}
    assert graph.one("pulumi:providers:kubernetes").inputs["clusterIdentifier"]


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("stack", STACKS)
def test_the_deployment_comes_after_the_image_and_nodes_pull_without_a_secret(stack: str, project: Project) -> None:
    graph = run(project, stack)
    deployment = graph.one(DEPLOYMENT)
    assert graph.one(IMAGE).urn in deployment.dependencies
    assert any(each.startswith("urn:") and PACKAGES[stack] in each for each in deployment.dependencies)
    assert not deployment.inputs["spec"]["template"]["spec"].get("imagePullSecrets")


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("stack", STACKS)
def test_two_runs_ask_for_the_same(stack: str, project: Project) -> None:
    first, second = run(project, stack), run(project, stack)
    assert {each.urn: each.inputs for each in first.resources} == {each.urn: each.inputs for each in second.resources}


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("stack", STACKS)
def test_no_credential_is_in_clear_anywhere(stack: str, project: Project) -> None:
    graph = run(project, stack)
    for each in [*graph.resources, graph.stack]:
        hidden = {path.split(".")[0] for path in each.secrets}
        shown = str({key: value for key, value in each.inputs.items() if key not in hidden}) + str(each.outputs)
        assert not [canary for canary in CANARIES if canary in shown], each.urn
    assert not [text for _, text in graph.logs if "canary" in text]


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("stack", STACKS)
def test_tags_reach_what_is_made(stack: str, project: Project) -> None:
    graph = run(project, stack, tags={"owner": "team-web"})
    tagged = [each for each in graph.resources if "team-web" in str(each.inputs)]
    assert tagged
    assert all("managed-by" in str(each.inputs) for each in tagged)


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("stack", STACKS)
def test_a_foreign_registry_works_on_every_cloud(stack: str, project: Project) -> None:
    registry = {"mode": "foreign", "host": "ghcr.io", "username": "acme"}
    image = {"repository": "acme/web", "context": "webapi", "dockerfile": "webapi/Dockerfile"}
    graph = run(
        project,
        stack,
        registry=registry,
        image=image,
        registryPassword="canary-password",
        secret=("registryPassword",),
    )
    assert graph.exports["image"] == f"ghcr.io/acme/web@{DIGEST}"
    pod = graph.one(DEPLOYMENT).inputs["spec"]["template"]["spec"]
    assert pod["imagePullSecrets"] == [{"name": "registry-pull"}]
    assert graph.one("kubernetes:core/v1:Secret").secrets == {"stringData"}


@pytest.mark.parametrize(
    ("stack", "login", "command"),
    [
        ("aks", "az login", "kubelogin"),
        ("eks", "aws configure sso", "aws"),
        ("gke", "gcloud auth application-default login", "gke-gcloud-auth-plugin"),
    ],
)
def test_nobody_logged_in_is_said_before_anything_starts_with_everything_else(
    stack: str, login: str, command: str, project: Project
) -> None:
    with pytest.raises(RefusedError) as caught:
        run(project, stack, tags={"": "x"}, image={"repository": "web", "context": "webpai"})
    said = str(caught.value)
    assert said.startswith(f"Pulumi.{stack}.yaml: ")
    for each in ("not logged in: ", login, f"{command}: is not on the PATH", "its key has 0 characters", "webpai"):
        assert each in said


@pytest.mark.usefixtures("logged_in")
def test_a_login_that_ended_is_one_message_too(project: Project) -> None:
    def ended(_: object) -> dict[str, Any]:
        raise aks_stack.ProviderError(EXPIRED)

    token = "aws:index/getPartition:getPartition"
    with pytest.raises(RefusedError) as caught, patch.dict(FUNCTIONS["eks"], {token: ended}):
        run(project, "eks")
    assert "aws: not logged in, or the login has ended" in str(caught.value)
    assert "aws sso login" in str(caught.value)


@pytest.mark.usefixtures("logged_in")
def test_an_error_that_nobody_knows_stays_as_it_is(project: Project) -> None:
    def odd(_: object) -> dict[str, Any]:
        raise aks_stack.ProviderError(ODD)

    token = "aws:index/getPartition:getPartition"
    with pytest.raises(Exception, match=ODD), patch.dict(FUNCTIONS["eks"], {token: odd}):
        run(project, "eks")


@pytest.mark.parametrize(
    ("stack", "missing", "login"),
    [
        ("aks", ("name", "resourceGroup", "location"), "az login"),
        ("eks", ("name", "region"), "aws configure sso"),
        ("gke", ("name", "project", "location"), "gcloud auth application-default login"),
    ],
)
def test_all_missing_keys_come_at_once_with_the_login_and_the_folder(
    stack: str, missing: tuple[str, ...], login: str, project: Project
) -> None:
    image = {"repository": "web", "context": "webapi"}
    (project.root / "webapi" / ".dockerignore").unlink()
    (project.root / "webapi" / ".env").write_text("PASSWORD=canary\n")
    with pytest.raises(RefusedError) as caught:
        run(project, stack, cluster={"mode": "create"}, image=image)
    said = str(caught.value)
    for each in (*(f"cluster.{key}: is missing" for key in missing), login, "would put into the image: .env"):
        assert each in said
    assert "stand-in" not in said


def test_a_key_of_the_stack_counts_as_a_login(project: Project) -> None:
    own = {"aws:accessKey": "a", "aws:secretKey": "b"}
    with pytest.raises(RefusedError) as caught:
        run(project, "eks", others=own)
    assert "not logged in" not in str(caught.value)
    assert "aws: is not on the PATH" in str(caught.value)
