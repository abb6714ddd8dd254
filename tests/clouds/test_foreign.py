"""Registries of other providers, simulated under their real names: pushed to and pulled from with a login alone."""

import secrets
from collections.abc import Generator
from pathlib import Path

import pytest

from sandbox.clouds.foreign import Account
from tests.clouds.canaries import Traces, plant
from tests.clouds.conftest import MakeStack
from tests.clouds.foreign_registries import Registries, docker_login, pull_secret, registries, revision
from tests.clouds.seen import things
from tests.clouds.sky import Sky
from tests.e2e.project import Project, Run

pytestmark = pytest.mark.e2e

HUB, GHCR, QUAY, HARBOR = "docker.io", "ghcr.io", "quay.io", "registry.example.com:8443"
HUB_KEY = "https://index.docker.io/v1/"
USERS = {HUB: "acme", GHCR: "acme-ci", QUAY: "acme+pusher", HARBOR: "robot$acme+ci"}
IMAGE = "acme/web"
WRONG = "canary-of-no-account"
ECR, GAR, ACR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "europe-docker.pkg.dev", "acme.azurecr.io"
NAMES = (
    # Registry, repository, what is said, what is offered.
    (HUB, "web", "'web' is no name for Docker Hub", "image.repository acme/web"),
    (GHCR, "web", "'web' is no name for GitHub's registry", "image.repository acme/web"),
    ("index.docker.io", IMAGE, "index.docker.io is Docker Hub", "registry.host docker.io"),
)
TOKENS = (
    # Registry, user of its tokens, what they are, what is offered on AKS.
    (ECR, "AWS", "Amazon ECR, which ends after 12 hours", "registry.host '<host>'"),
    (GAR, "oauth2accesstoken", "Google Cloud, which ends after an hour", "gcloud iam service-accounts keys create"),
    (ACR, "00000000-0000-0000-0000-000000000000", "Azure, which ends after 3 hours", "registry.mode existing"),
)
BENT = ("pull_secret.py", '{"auths": {login_key(host): entry}}', '{"auths": {"https://hub.docker.com": entry}}')
"""A file, what stands in it of the pull secret's key, and the key of a host that serves no images."""


@pytest.fixture
def there(make_stack: MakeStack, sky: Sky) -> Generator[Registries]:
    """All four, each with one account for `acme/`."""
    _ = make_stack  # first, as it takes a turn that others take before one with a registry
    with registries(sky, {host: _account(name) for host, name in USERS.items()}) as made:
        yield made


def _account(username: str) -> Account:
    return Account(username=username, password=f"canary{secrets.token_hex(8)}", namespace="acme")


def test_aks_pulls_from_ghcr_with_the_login_of_the_stack_and_with_nothing_else(
    make_stack: MakeStack, sky: Sky, there: Registries
) -> None:
    stack, account = make_stack("aks"), there.accounts[GHCR]
    stack.configure("registry", mode="foreign", host=GHCR, username=account.username)
    stack.configure("image", repository=IMAGE)
    stack.configure("app", rehearsalSeconds=5)
    stack.change_source()  # so that no node has all of it
    plant(stack, "registryPassword", WRONG)
    traces = Traces(stack, sky, {"the password": account.password, "a wrong password": WRONG})

    nothing = things(sky, "aks")
    refused = traces.run("up", "--yes", "--skip-preview")
    _says(stack, refused, f"the registry {GHCR} refuses the password of user 'acme-ci'", "registryPassword: ")
    assert f"pulumi config set --secret registryPassword -s {stack.stack}" in refused.output, refused.output
    assert things(sky, "aks") == nothing

    plant(stack, "registryPassword", account.password)
    stack.configure("image", repository="others/web")
    refused = traces.up()
    _says(stack, refused, f"{GHCR} refuses the push of others/web by user 'acme-ci'", "registryPassword: ")
    assert stack.kubectl("get", "deployments,secrets")["items"] == []
    stack.configure("image", repository=IMAGE)
    before = there.now
    up = traces.up()
    assert up.code == 0, up.output
    url = stack.outputs()["url"]
    _runs(stack, GHCR, GHCR)
    assert there.nodes_pulled(GHCR, before)
    with sky.client() as client:
        assert client.get(f"{url}/health").status_code == 200

    _bend(stack)
    before = there.now
    bent = traces.up()
    _refused_by_the_rehearsal(stack, bent)
    assert there.manifests(GHCR, before) == []
    assert "az role assignment" not in bent.output
    with sky.client() as client:
        assert client.get(f"{url}/health").status_code == 200
    assert traces.leaks() == []
    assert traces.open_files() == []


def test_docker_hub_takes_the_machines_docker_login_under_its_old_name(
    make_stack: MakeStack, sky: Sky, there: Registries, tmp_path: Path
) -> None:
    stack, account = _local(make_stack, HUB), there.accounts[HUB]
    docker_login(stack, tmp_path / "docker", HUB_KEY, account.username, WRONG)
    refused = stack.pulumi("preview")
    assert refused.code != 0, refused.output
    _says(stack, refused, "the registry docker.io refuses the password of user 'acme'", "docker login docker.io")

    docker_login(stack, tmp_path / "docker", HUB_KEY, account.username, account.password)
    traces = Traces(stack, sky, {"the password": account.password})
    before = there.now
    up = traces.up()
    assert up.code == 0, up.output
    _runs(stack, HUB, HUB_KEY)
    assert there.nodes_pulled(HUB, before)
    with stack.client() as client:
        assert client.get("/health").status_code == 200

    _bend(stack)
    before = there.now
    _refused_by_the_rehearsal(stack, stack.up())
    assert there.manifests(HUB, before) == []
    assert traces.leaks() == []


def test_a_stack_moves_from_quay_to_a_harbor_of_ones_own_and_a_renewed_password_reaches_the_nodes(
    make_stack: MakeStack, there: Registries
) -> None:
    stack = _local(make_stack, QUAY)
    for host in (QUAY, HARBOR):
        account = there.accounts[host]
        stack.configure("registry", host=host, username=account.username)
        plant(stack, "registryPassword", WRONG)
        refused = stack.pulumi("preview")
        assert refused.code != 0, refused.output
        _says(stack, refused, f"the registry {host} refuses the password of user {account.username!r}", "config set")
        plant(stack, "registryPassword", account.password)
        before = there.now
        stack.change_source()
        stack.must_up()
        _runs(stack, host, host)
        assert there.nodes_pulled(host, before)

    before = revision(stack)
    there.renew(HARBOR, "another" + secrets.token_hex(8))
    plant(stack, "registryPassword", there.accounts[HARBOR].password)
    stack.must_up()
    assert _login(stack, HARBOR) == (USERS[HARBOR], there.accounts[HARBOR].password)
    assert revision(stack) == before  # no pod was rolled for it


def test_names_and_logins_that_cannot_work_are_refused_at_the_preview_of_an_aks_stack(
    make_stack: MakeStack, tmp_path: Path
) -> None:
    stack = make_stack("aks")
    for host, repository, said, offered in NAMES:
        stack.configure("registry", mode="foreign", host=host)
        stack.configure("image", repository=repository)
        docker_login(stack, tmp_path / "docker", HUB_KEY if host == HUB else host, "acme", WRONG)
        _says(stack, stack.pulumi("preview"), said, offered)
    stack.configure("image", repository="my-project/images/web")
    for host, username, what, offered in TOKENS:
        stack.configure("registry", mode="foreign", host=host)
        docker_login(stack, tmp_path / "docker", host, username, WRONG)
        said = f"the docker login for {host} is a token of {what}: pulls would fail with the first new node after that"
        _says(stack, stack.pulumi("preview"), said, offered)


def _local(make_stack: MakeStack, host: str) -> Project:
    stack = make_stack("local")
    record = stack.state.read()
    assert record is not None
    stack.configure("app", host=f"{stack.stack}.localhost", rehearsalSeconds=5)
    stack.configure("ingress", port=record.options.http_port)
    stack.configure("registry", host=host)
    stack.configure("image", repository=IMAGE)
    stack.change_source()  # so that no node has all of it
    return stack


def _says(stack: Project, refused: Run, *words: str) -> None:
    """A refusal as it should be."""
    assert refused.code != 0, refused.output
    assert "Traceback" not in refused.output, refused.output
    assert WRONG not in refused.output
    for each in (stack.stack_file.name, *words):
        assert each in refused.output, refused.output


def _runs(stack: Project, host: str, key: str) -> None:
    """What runs is the image of that registry, by the pull secret that is for its key alone."""
    image = stack.outputs()["image"]
    assert image.startswith(f"{host}/{IMAGE}@sha256:")
    (deployment,) = stack.kubectl("get", "deployments")["items"]
    pod = deployment["spec"]["template"]["spec"]
    assert [each["image"] for each in pod["containers"]] == [image]
    assert pod["imagePullSecrets"] == [{"name": "registry-pull"}]
    assert deployment["status"]["updatedReplicas"] == deployment["status"]["readyReplicas"]
    assert list(pull_secret(stack)) == [key]


def _login(stack: Project, key: str) -> tuple[str, str]:
    entry = pull_secret(stack)[key]
    return entry["username"], entry["password"]


def _bend(stack: Project) -> None:
    """Let the pull secret be for another registry; nothing else changes."""
    file, old, new = BENT
    path = stack.folder / "components" / "platforms" / file
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def _refused_by_the_rehearsal(stack: Project, done: Run) -> None:
    assert done.code != 0, done.output
    assert "the Deployment was not touched" in done.output, done.output
    assert "no-credentials (permanent)" in done.output, done.output
    assert f"pulumi config set --secret registryPassword -s {stack.stack}" in done.output, done.output
    (deployment,) = stack.kubectl("get", "deployments")["items"]
    assert deployment["metadata"]["generation"] == 1
