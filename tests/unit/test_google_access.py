"""Who may pull and push at the simulated Artifact Registry: each piece of the wiring, there and missing."""

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.clouds.access import Login, RegistryRules
from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.google import type_tokens as types
from sandbox.clouds.google.access import GoogleRules
from sandbox.clouds.google.apis import project_number
from sandbox.clouds.tokens import Claims, Tokens
from tests.stack_files import ROOT
from tests.unit import google_world as gw
from tests.unit.google_world import Google

COMPUTE = f"{project_number(gw.PROJECT)}-compute@developer.gserviceaccount.com"
DENIED = (
    'Permission "artifactregistry.repositories.downloadArtifacts" denied on resource '
    f'"{gw.REPOSITORY_ID}" (or it may not exist)'
)
NARROW = ["https://www.googleapis.com/auth/logging.write"]


@pytest.fixture
def google(tmp_path: Path) -> Google:
    return Google(tmp_path)


def test_the_rules_are_a_registrys() -> None:
    rules: RegistryRules = GoogleRules(Tokens("key"))
    assert (rules.scheme, rules.token_path) == ("bearer", "/v2/token")


def test_wired_nodes_pull_and_do_not_push(google: Google) -> None:
    google.wired()
    assert google.pull() is None
    nodes = google.rules.node_login(google.scene(), f"{gw.HOST}/{gw.IMAGE}")
    refusal = google.ask(nodes, "push")
    assert refusal is not None
    assert (refusal.status, refusal.code) == (403, "DENIED")
    assert "artifactregistry.repositories.uploadArtifacts" in refusal.message


def test_without_the_right_the_answer_does_not_say_whether_there_is_a_repository(google: Google) -> None:
    parts = google.wired()
    google.delete(parts[types.REPOSITORY_MEMBER])
    without_right = google.pull()
    google.delete(parts[types.REPOSITORY])
    without_repository = google.pull()
    assert without_right == without_repository
    assert without_right is not None
    assert (without_right.status, without_right.code, without_right.message) == (403, "DENIED", DENIED)


@pytest.mark.parametrize(
    "change",
    [
        {"member": f"serviceAccount:{COMPUTE}"},
        {"member": "serviceAccount:deployer@my-project.iam.gserviceaccount.com"},
        {"member": f"user:{gw.NODES}"},
        {"repository": "others"},
    ],
    ids=["other-account", "deployer", "wrong-kind", "other-repository"],
)
def test_a_right_of_somebody_else_or_on_something_else_is_none(google: Google, change: dict[str, str]) -> None:
    parts = google.wired()
    google.delete(parts[types.REPOSITORY_MEMBER])
    google.make(types.REPOSITORY, {**gw.REPOSITORY, "repositoryId": "others"})
    google.make(types.REPOSITORY_MEMBER, {**gw.READER, **change})
    assert google.pull() is not None


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("roles/artifactregistry.reader", True),
        ("roles/artifactregistry.writer", True),
        ("roles/viewer", True),
        ("roles/editor", True),
        ("roles/container.defaultNodeServiceAccount", False),
        ("roles/logging.logWriter", False),
    ],
)
def test_a_role_of_the_whole_project_counts_when_it_lets_one_read(google: Google, role: str, may: bool) -> None:
    parts = google.wired()
    google.delete(parts[types.REPOSITORY_MEMBER])
    google.make(types.PROJECT_MEMBER, {"member": f"serviceAccount:{gw.NODES}", "role": role, "project": gw.PROJECT})
    assert (google.pull() is None) == may


def test_a_role_in_another_project_is_none(google: Google) -> None:
    parts = google.wired()
    google.delete(parts[types.REPOSITORY_MEMBER])
    role = {"member": f"serviceAccount:{gw.NODES}", "role": "roles/viewer", "project": "another-project"}
    google.make(types.PROJECT_MEMBER, role)
    assert google.pull() is not None


def test_a_young_right_is_not_known_yet(google: Google) -> None:
    google.behaviour = Behaviour(grant_seconds={"google": 60.0})
    google.wired()
    assert google.pull() is not None
    google.now += 60
    assert google.pull() is None


def test_nodes_without_an_account_are_the_compute_account_which_has_no_right(google: Google) -> None:
    parts = google.wired()
    google.delete(parts[types.POOL])
    config = {"oauthScopes": [gw.SCOPE], "machineType": "e2-medium"}
    google.make(types.POOL, {**gw.POOL, "nodeConfig": config})
    assert google.pull() is not None
    google.make(types.REPOSITORY_MEMBER, {**gw.READER, "member": f"serviceAccount:{COMPUTE}"})
    assert google.pull() is None


def test_the_default_scopes_of_nodes_let_them_pull_and_narrow_ones_do_not(google: Google) -> None:
    parts = google.wired()
    google.delete(parts[types.POOL])
    google.make(types.POOL, {**gw.POOL, "nodeConfig": {"serviceAccount": gw.NODES}})
    assert google.pull() is None
    google.make(
        types.POOL, {**gw.POOL, "name": "narrow", "nodeConfig": {"serviceAccount": gw.NODES, "oauthScopes": NARROW}}
    )
    refusal = google.pull()
    assert refusal is not None
    assert (refusal.status, refusal.message) == (403, "Request had insufficient authentication scopes.")


def test_nodes_of_autopilot_are_whom_the_cluster_says(google: Google) -> None:
    google.wired()
    auto = {"serviceAccount": gw.NODES, "oauthScopes": [gw.SCOPE]}
    own = {"name": "auto", "location": "europe-west1", "enableAutopilot": True, "deletionProtection": False}
    google.make(types.CLUSTER, {**own, "clusterAutoscaling": {"autoProvisioningDefaults": auto}})
    assert google.pull() is None
    google.make(types.CLUSTER, {**own, "name": "bare"})
    assert google.pull() is not None


def test_an_account_that_is_gone_gets_no_token(google: Google) -> None:
    parts = google.wired()
    google.delete(parts[types.ACCOUNT])
    assert google.rules.node_login(google.scene(), f"{gw.HOST}/{gw.IMAGE}") is None
    refusal = google.pull()
    assert refusal is not None
    assert refusal.message.startswith("Unauthenticated request. Unauthenticated requests do not have permission")


def test_nodes_give_their_token_to_googles_registries_only(google: Google) -> None:
    assert google.rules.node_login(google.scene(), f"{gw.HOST}/{gw.IMAGE}") is None  # no cluster yet
    google.wired()
    assert google.rules.node_login(google.scene(), f"{gw.HOST}/{gw.IMAGE}") is not None
    assert google.rules.node_login(google.scene(), "eu.gcr.io/p/web") is not None
    assert google.rules.node_login(google.scene(), "ghcr.io/team/web") is None


def test_a_registry_of_another_project_takes_the_nodes_when_it_says_so(google: Google) -> None:
    google.wired()
    google.on("artifactregistry", project="shared-images")
    path = "shared-images/images/web"
    google.make(types.REPOSITORY, {**gw.REPOSITORY, "project": "shared-images"})
    assert google.pull(path) is not None
    google.make(types.REPOSITORY_MEMBER, {**gw.READER, "project": "shared-images"})
    assert google.pull(path) is None
    assert google.ask(google.login(), "push", path) is not None
    deployer = {"member": "serviceAccount:deployer@my-project.iam.gserviceaccount.com", "project": "shared-images"}
    google.make(types.REPOSITORY_MEMBER, {**gw.READER, **deployer, "role": "roles/artifactregistry.writer"})
    assert google.ask(google.login(), "push", path) is None


def test_the_deployer_may_push_in_its_project_to_what_is_there(google: Google) -> None:
    google.on("artifactregistry")
    assert google.ask(google.login(), "push") is not None
    google.make(types.REPOSITORY, gw.REPOSITORY)
    assert google.ask(google.login(), "push") is None
    assert google.ask(google.login(), "push", host="us-docker.pkg.dev") is not None


@pytest.mark.parametrize("changes", [{"format": "MAVEN"}, {"mode": "VIRTUAL_REPOSITORY"}])
def test_nothing_is_pushed_to_a_repository_that_takes_no_images(google: Google, changes: dict[str, str]) -> None:
    google.on("artifactregistry")
    google.make(types.REPOSITORY, {**gw.REPOSITORY, **changes})
    assert google.ask(google.login(), "push") is not None


def test_an_api_that_is_off_says_so(google: Google) -> None:
    refusal = google.ask(google.login(), "push")
    assert refusal is not None
    assert refusal.message.startswith("Artifact Registry API has not been used in project ")


def test_a_token_is_taken_only_from_who_may_have_one(google: Google) -> None:
    google.wired()
    good = google.login()
    for wrong in (
        Login("somebody", good.password),
        Login(good.username, "ya29.made-up"),
        Login(good.username, google.tokens.give(Claims("aws", "access", "x", google.now, google.now + 9))),
        Login(good.username, google.tokens.give(Claims("google", "cluster", "x", google.now, google.now + 9))),
        Login(good.username, Tokens("another").give(Claims("google", "access", "x", google.now, google.now + 9))),
    ):
        refusal = google.ask(wrong)
        assert refusal is not None
        assert (refusal.status, refusal.code) == (401, "UNAUTHORIZED")
    google.now += 61
    assert google.ask(good) is not None


def test_tokens_end_when_a_test_says_so(google: Google) -> None:
    google.wired()
    nodes = google.rules.node_login(google.scene(), f"{gw.HOST}/{gw.IMAGE}")
    google.behaviour = Behaviour(grant_seconds={"google": 0.0}, expired_before=google.now + 1)
    refusal = google.ask(nodes)
    assert refusal is not None
    assert refusal.status == 401


def test_anybody_may_read_what_is_open_to_all_users(google: Google) -> None:
    parts = google.wired()
    assert google.ask(None) is not None
    google.delete(parts[types.REPOSITORY_MEMBER])
    google.make(types.REPOSITORY_MEMBER, {**gw.READER, "member": "allAuthenticatedUsers"})
    assert google.ask(None) is not None
    assert google.pull() is None
    google.make(types.REPOSITORY_MEMBER, {**gw.READER, "member": "allUsers"})
    assert google.ask(None) is None


def test_an_image_needs_a_name_below_the_repository(google: Google) -> None:
    google.wired()
    refusal = google.ask(google.login(), "push", f"{gw.PROJECT}/images")
    assert refusal is not None
    assert (refusal.status, refusal.code) == (400, "NAME_INVALID")
    assert "Missing image name" in refusal.message


def test_names_of_container_registry_are_repositories_of_that_name(google: Google) -> None:
    google.wired()
    host, path = "eu.gcr.io", f"{gw.PROJECT}/team/web"
    refusal = google.ask(google.login(), "push", path, host)
    assert refusal is not None
    assert '"projects/my-project/locations/europe/repositories/eu.gcr.io" (or it may not exist)' in refusal.message
    google.make(types.REPOSITORY, {**gw.REPOSITORY, "repositoryId": "eu.gcr.io", "location": "europe"})
    assert google.ask(google.login(), "push", path, host) is None
    assert google.ask(google.login(), "push", f"{gw.PROJECT}/eu.gcr.io/team/web", "europe-docker.pkg.dev") is None


def test_a_project_of_a_domain_stands_in_two_parts(google: Google) -> None:
    project = "example.com:web-project"
    google.on("artifactregistry", project=project)
    made = google.make(types.REPOSITORY, {**gw.REPOSITORY, "project": project})
    assert made.outputs["registryUri"] == f"{gw.HOST}/example.com/web-project/images"
    google.make(
        types.REPOSITORY_MEMBER,
        {**gw.READER, "member": "serviceAccount:deployer@my-project.iam.gserviceaccount.com", "project": project},
    )
    assert google.ask(google.login(), path="example.com/web-project/images/web") is None
    assert google.ask(google.login(), path="web-project/images/web") is not None


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("europe-west1-docker.pkg.dev", True),
        ("us-docker.pkg.dev", True),
        ("gcr.io", True),
        ("asia.gcr.io", True),
        ("europe-west1-docker.pkg.dev.example.com", False),
        ("docker.pkg.dev", False),
        ("ghcr.io", False),
        ("mirror.gcr.io", False),
    ],
)
def test_a_host_is_googles_by_its_name(google: Google, host: str, own: bool) -> None:
    assert google.rules.owns(host) == own


def test_nothing_is_posted_beside_the_registry(google: Google) -> None:
    assert google.rules.posted(google.scene(), gw.HOST, "/oauth2/exchange", {}) is None


def test_who_may_pull_is_answered_without_loading_an_sdk() -> None:
    script = "import sys, sandbox.clouds.google.access; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(found.stdout.split())
    assert not loaded & {"pulumi_gcp", "google.cloud.container_v1"}
