"""The simulated Google Cloud: what it takes and gives, refuses, and leaves behind."""

from pathlib import Path

import pytest

from sandbox.clouds.google import type_tokens as types
from sandbox.clouds.google.apis import project_number
from sandbox.clouds.kinds import CloudError
from sandbox.engine.property_values import UNKNOWN
from tests.unit import gke_stacks as gke
from tests.unit import google_world as gw
from tests.unit.google_world import Google, refused

COMPUTE = f"{project_number(gw.PROJECT)}-compute@developer.gserviceaccount.com"
GONE = "gone@my-project.iam.gserviceaccount.com"
AUTOPILOT = {"name": "auto", "location": "europe-west1", "enableAutopilot": True, "deletionProtection": False}


@pytest.fixture
def google(tmp_path: Path) -> Google:
    return Google(tmp_path)


@pytest.fixture
def ready(google: Google) -> Google:
    """APIs on, and an account for nodes."""
    google.on("container", "artifactregistry")
    google.make(types.ACCOUNT, {"accountId": "web-nodes"})
    return google


@pytest.mark.parametrize("autopilot", [False, True])
def test_all_that_the_program_asks_for_is_taken(tmp_path: Path, autopilot: bool) -> None:
    cluster = {**gke.NEW_CLUSTER, "location": "europe-west1", "autopilot": autopilot, "apiRanges": ["203.0.113.0/24"]}
    for profile in ("test", "production"):
        platform = Google(tmp_path / profile)
        _, graph = gke.run(gke.stack(cluster, profile=profile, tags={"owner": "Team Web"}))
        made = [each for each in graph.resources if each.type.startswith("gcp:")]
        assert len(made) == (7 if autopilot else 8)
        for each in made:
            platform.make(each.type, each.inputs, each.name)
        account = next(each for each in platform.world.read().of(types.ACCOUNT))
        assert platform.pull() is None
        assert account.outputs["email"] == graph.exports["identity"]


@pytest.mark.parametrize(
    ("token", "inputs", "words"),
    [
        (types.SERVICE, {"service": "sheets.googleapis.com"}, ["has no API sheets.googleapis.com"]),
        (types.SERVICE, {"service": "container.googleapis.com", "disableOnDestroy": True}, ["disableOnDestroy"]),
        (types.ACCOUNT, {"accountId": "web"}, ["accountId: ", "doesn't match regexp"]),
        (types.ACCOUNT, {"accountId": "Web-nodes"}, ["accountId: "]),
        (types.PROJECT_MEMBER, {"member": "web", "role": "roles/viewer", "project": "p"}, ["member: "]),
        (
            types.PROJECT_MEMBER,
            {"member": "allUsers", "role": "roles/made.up", "project": "p"},
            ["Role roles/made.up is not supported for this resource."],
        ),
        (
            types.PROJECT_MEMBER,
            {
                "member": "allUsers",
                "role": "roles/viewer",
                "project": "p",
                "condition": {"title": "t", "expression": "true"},
            },
            ["the simulation has no conditions"],
        ),
        (types.REPOSITORY_MEMBER, {**gw.READER, "role": "roles/viewer"}, ["Role roles/viewer is not supported"]),
        (types.REPOSITORY, {**gw.REPOSITORY, "repositoryId": "Images"}, ["repositoryId: "]),
        (types.REPOSITORY, {**gw.REPOSITORY, "location": "europe-west1-b"}, ["location: Location europe-west1-b"]),
        (types.REPOSITORY, {**gw.REPOSITORY, "location": "mars-north1"}, ["location: Location mars-north1"]),
        (types.REPOSITORY, {**gw.REPOSITORY, "repositoryId": "gcr.io"}, ["must be in location us"]),
        (types.REPOSITORY, {**gw.REPOSITORY, "labels": {"Owner": "x"}}, ["label Owner=x"]),
        (types.REPOSITORY, {**gw.REPOSITORY, "labels": {"owner": "Team"}}, ["label owner=Team"]),
        (types.REPOSITORY, {**gw.REPOSITORY, "labels": {f"l{n}": "x" for n in range(65)}}, ["has 65 labels"]),
        (types.REPOSITORY, {"repositoryId": "images", "location": "us"}, ["format: is missing"]),
        (types.CLUSTER, {**gw.CLUSTER, "name": "web-"}, ["name: "]),
        (types.CLUSTER, {**gw.CLUSTER, "location": "europe-west1-q"}, ['Location "europe-west1-q" does not exist.']),
        (types.CLUSTER, {**gw.CLUSTER, "initialNodeCount": 0}, ["initial_node_count must be greater than zero"]),
        (types.CLUSTER, {**gw.CLUSTER, "resourceLabels": {"A": "b"}}, ["label A=b"]),
        (
            types.CLUSTER,
            {**gw.CLUSTER, "masterAuthorizedNetworksConfig": {"cidrBlocks": [{"cidrBlock": "10.0.0.1/8"}]}},
            ["Invalid CIDR block: 10.0.0.1/8"],
        ),
        (types.CLUSTER, {**AUTOPILOT, "location": "europe-west1-b"}, ["Autopilot clusters must be regional"]),
        (types.CLUSTER, {**AUTOPILOT, "removeDefaultNodePool": True}, ["conflicts with enable_autopilot"]),
        (types.POOL, {**gw.POOL, "name": "-"}, ["name: "]),
        (types.POOL, {**gw.POOL, "nodeConfig": {"machineType": "t3.medium"}}, ['Machine type "t3.medium"']),
    ],
)
def test_what_google_would_refuse_is_refused_before_anything_starts(
    ready: Google, token: str, inputs: dict[str, object], words: list[str]
) -> None:
    with pytest.raises(gw.RefusedInputsError) as caught:
        ready.make(token, inputs)
    for each in words:
        assert each in str(caught.value)


UNKNOWN_INPUTS: list[tuple[str, dict[str, object]]] = [
    (types.SERVICE, {"service": UNKNOWN}),
    (types.ACCOUNT, {"accountId": UNKNOWN}),
    (types.PROJECT_MEMBER, {"member": UNKNOWN, "role": UNKNOWN, "project": UNKNOWN}),
    (types.REPOSITORY_MEMBER, dict.fromkeys(gw.READER, UNKNOWN)),
    (types.REPOSITORY, {**dict.fromkeys(gw.REPOSITORY, UNKNOWN), "labels": UNKNOWN}),
    (types.REPOSITORY, {**gw.REPOSITORY, "labels": {"owner": UNKNOWN}}),
    (types.CLUSTER, dict.fromkeys((*gw.CLUSTER, "enableAutopilot", "masterAuthorizedNetworksConfig"), UNKNOWN)),
    (types.CLUSTER, {**gw.CLUSTER, "masterAuthorizedNetworksConfig": {"cidrBlocks": UNKNOWN}}),
    (types.CLUSTER, {**gw.CLUSTER, "masterAuthorizedNetworksConfig": {"cidrBlocks": [UNKNOWN]}}),
    (types.CLUSTER, {**gw.CLUSTER, "masterAuthorizedNetworksConfig": {"cidrBlocks": [{"cidrBlock": UNKNOWN}]}}),
    (types.POOL, dict.fromkeys(gw.POOL, UNKNOWN)),
]


@pytest.mark.parametrize(("token", "inputs"), UNKNOWN_INPUTS)
def test_what_is_not_known_yet_is_not_judged(google: Google, token: str, inputs: dict[str, object]) -> None:
    assert google.kind(token).check(inputs) == []


@pytest.mark.parametrize(
    ("token", "inputs", "api"),
    [
        (types.ACCOUNT, {"accountId": "web-nodes"}, "iam"),
        (types.REPOSITORY, gw.REPOSITORY, "artifactregistry"),
        (types.CLUSTER, gw.CLUSTER, "container"),
    ],
)
def test_nothing_is_made_by_an_api_that_is_off(google: Google, token: str, inputs: dict[str, object], api: str) -> None:
    refused(
        lambda: google.make(token, inputs),
        "googleapi: Error 403: ",
        "has not been used in project",
        f"https://console.developers.google.com/apis/api/{api}.googleapis.com/overview",
    )
    assert google.world.read().things == []


def test_an_api_stays_on_when_its_resource_goes(google: Google) -> None:
    google.on("artifactregistry")
    (service,) = google.world.read().of(types.SERVICE)
    google.delete(service)
    assert google.world.read().things == []
    google.make(types.REPOSITORY, gw.REPOSITORY)


@pytest.mark.parametrize(
    ("token", "inputs", "words"),
    [
        (types.ACCOUNT, {"accountId": "web-nodes"}, "Error 409: Service account web-nodes already exists"),
        (types.REPOSITORY, gw.REPOSITORY, "Error 409: the repository already exists"),
        (types.CLUSTER, gw.CLUSTER, f"Error 409: Already exists: {gw.CLUSTER_ID}"),
        (types.POOL, gw.POOL, f"Error 409: Already exists: {gw.CLUSTER_ID}/nodePools/nodes"),
    ],
)
def test_a_name_that_is_taken_is_refused(google: Google, token: str, inputs: dict[str, object], words: str) -> None:
    google.wired()
    refused(lambda: google.make(token, inputs), words)


@pytest.mark.parametrize("token", [types.SERVICE, types.REPOSITORY_MEMBER, types.PROJECT_MEMBER])
def test_turning_on_and_giving_rights_twice_is_fine(ready: Google, token: str) -> None:
    ready.make(types.REPOSITORY, gw.REPOSITORY)
    inputs: dict[str, dict[str, object]] = {
        types.SERVICE: {"service": "container.googleapis.com"},
        types.REPOSITORY_MEMBER: gw.READER,
        types.PROJECT_MEMBER: {
            "member": f"serviceAccount:{gw.NODES}",
            "role": "roles/viewer",
            "project": gw.PROJECT,
        },
    }
    assert ready.make(token, inputs[token]) == ready.make(token, inputs[token])


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (types.REPOSITORY_MEMBER, {**gw.READER, "member": f"serviceAccount:{GONE}"}),
        (
            types.PROJECT_MEMBER,
            {
                "member": f"serviceAccount:{GONE}",
                "role": "roles/viewer",
                "project": gw.PROJECT,
            },
        ),
        (
            types.CLUSTER,
            {**gw.CLUSTER, "name": "b", "nodeConfig": {"serviceAccount": GONE}},
        ),
        (types.POOL, {**gw.POOL, "name": "b", "nodeConfig": {"serviceAccount": GONE}}),
        (
            types.CLUSTER,
            {
                **AUTOPILOT,
                "clusterAutoscaling": {"autoProvisioningDefaults": {"serviceAccount": GONE}},
            },
        ),
    ],
)
def test_a_service_account_that_is_not_there_is_named(google: Google, token: str, inputs: dict[str, object]) -> None:
    google.wired()
    refused(lambda: google.make(token, inputs), "Error 400: Service account gone@", "does not exist")


def test_a_right_needs_a_repository_and_a_pool_a_cluster(ready: Google) -> None:
    refused(lambda: ready.make(types.REPOSITORY_MEMBER, gw.READER), "Error 403", "(or it may not exist)")
    refused(lambda: ready.make(types.POOL, gw.POOL), f"Error 404: Not found: {gw.CLUSTER_ID}")
    ready.make(types.CLUSTER, AUTOPILOT)
    refused(
        lambda: ready.make(types.POOL, {**gw.POOL, "cluster": "auto", "location": "europe-west1"}),
        "Autopilot clusters do not support mutating node pools",
    )


def test_a_version_that_is_not_offered_is_refused(ready: Google) -> None:
    refused(
        lambda: ready.make(types.CLUSTER, {**gw.CLUSTER, "minMasterVersion": "1.19"}),
        'Error 400: Master version "1.19" is unsupported',
    )


@pytest.mark.parametrize(
    ("token", "inputs", "words"),
    [
        (types.CLUSTER, {**gw.CLUSTER, "releaseChannel": {"channel": "FAST"}}, "Invalid enum value FAST"),
        (
            types.CLUSTER,
            {**gw.CLUSTER, "loggingConfig": {"enableComponents": ["EVERYTHING"]}},
            "Invalid enum value EVERYTHING",
        ),
        (types.CLUSTER, {**gw.CLUSTER, "datapathProvider": "FAST"}, "Invalid enum value FAST"),
        (
            types.POOL,
            {**gw.POOL, "nodeConfig": {"workloadMetadataConfig": {"mode": "OPEN"}}},
            "Invalid enum value OPEN",
        ),
        (types.REPOSITORY, {**gw.REPOSITORY, "format": "IMAGES"}, "Invalid enum value IMAGES"),
        (types.CLUSTER, {**gw.CLUSTER, "enableTpu": True}, "does not know what enableTpu does"),
    ],
)
def test_googles_own_models_judge_what_is_sent(
    ready: Google, token: str, inputs: dict[str, object], words: str
) -> None:
    if token == types.POOL:
        ready.make(types.CLUSTER, gw.CLUSTER)
    before = ready.world.read()
    refused(lambda: ready.make(token, inputs), words)
    assert ready.world.read() == before


def test_what_is_made_says_what_the_program_reads(google: Google) -> None:
    parts = google.wired()
    account = parts[types.ACCOUNT]
    assert account.id == f"projects/{gw.PROJECT}/serviceAccounts/{gw.NODES}"
    assert (account.outputs["email"], account.outputs["member"]) == (gw.NODES, f"serviceAccount:{gw.NODES}")
    repository = parts[types.REPOSITORY]
    assert repository.id == gw.REPOSITORY_ID
    assert repository.outputs["registryUri"] == f"{gw.HOST}/{gw.PROJECT}/images"
    cluster = parts[types.CLUSTER]
    assert cluster.id == gw.CLUSTER_ID
    assert cluster.outputs["endpoint"] == "127.0.0.1:6443"
    assert cluster.outputs["masterAuth"] == {"clusterCaCertificate": "Q0E="}
    assert parts[types.POOL].outputs["nodeConfig"] == gw.POOL["nodeConfig"]
    assert parts[types.REPOSITORY_MEMBER].id == (
        f"{gw.REPOSITORY_ID}/roles/artifactregistry.reader/serviceAccount:{gw.NODES}"
    )


def test_an_account_of_the_same_name_is_another_one(google: Google) -> None:
    account = google.wired()[types.ACCOUNT]
    google.delete(account)
    google.now += 1
    assert google.make(types.ACCOUNT, {"accountId": "web-nodes"}).outputs["uniqueId"] != account.outputs["uniqueId"]


def test_a_protected_cluster_stays_until_that_is_lifted(ready: Google) -> None:
    protected = ready.make(
        types.CLUSTER, {key: each for key, each in gw.CLUSTER.items() if key != "deletionProtection"}
    )
    refused(lambda: ready.delete(protected), "Cannot destroy cluster because deletion_protection is set to true")
    lifted = ready.change(protected, deletionProtection=False)
    ready.delete(lifted)
    assert ready.world.read().of(types.CLUSTER) == []


def test_a_cluster_takes_its_pools_along(google: Google) -> None:
    google.wired()
    google.delete(google.world.read().of(types.CLUSTER)[0])
    assert google.world.read().of(types.POOL) == []


def test_a_repository_takes_its_policy_along_unless_it_is_protected(google: Google) -> None:
    repository = google.wired()[types.REPOSITORY]
    protected = google.change(repository, deletionPolicy="PREVENT")
    refused(lambda: google.delete(protected), "deletion_policy is set to PREVENT")
    google.delete(google.change(protected, deletionPolicy="DELETE"))
    left = google.world.read()
    assert left.of(types.REPOSITORY) + left.of(types.REPOSITORY_MEMBER) == []


def test_what_cannot_change_makes_a_new_one(google: Google) -> None:
    assert {"location", "name", "project"} <= google.kind(types.CLUSTER).replaces
    assert {"nodeConfig.serviceAccount", "nodeConfig.oauthScopes", "cluster"} <= google.kind(types.POOL).replaces
    assert "nodeConfig" not in google.kind(types.POOL).replaces
    assert {"location", "repositoryId", "format"} <= google.kind(types.REPOSITORY).replaces
    assert {"member", "role", "repository"} <= google.kind(types.REPOSITORY_MEMBER).replaces


def test_a_cluster_that_is_there_is_found_with_its_nodes(google: Google) -> None:
    google.wired()
    found = google.call("getCluster", name="web", location="europe-west1-b", project=gw.PROJECT)
    assert found["endpoint"] == "127.0.0.1:6443"
    assert found["masterAuths"] == [{"clusterCaCertificate": "Q0E="}]
    assert found["nodePools"] == [{"name": "nodes", "nodeConfigs": [gw.POOL["nodeConfig"]]}]
    google.make(types.CLUSTER, {**gw.CLUSTER, "name": "usual", "removeDefaultNodePool": False})
    (pool,) = google.call("getCluster", name="usual", location="europe-west1-b")["nodePools"]
    assert (pool["name"], pool["nodeConfigs"][0]["serviceAccount"]) == ("default-pool", gw.NODES)
    auto = {"autoProvisioningDefaults": {"serviceAccount": gw.NODES}}
    google.make(types.CLUSTER, {**AUTOPILOT, "clusterAutoscaling": auto})
    found = google.call("getCluster", name="auto", location="europe-west1")
    assert found["nodePools"] == []
    assert found["clusterAutoscalings"] == [{"autoProvisioningDefaults": [{"serviceAccount": gw.NODES}]}]


def test_a_repository_that_is_there_is_found(google: Google) -> None:
    google.wired()
    found = google.call("getRepository", repositoryId="images", location="europe-west1")
    assert found["id"] == gw.REPOSITORY_ID
    assert (found["format"], found["mode"]) == ("DOCKER", "STANDARD_REPOSITORY")
    assert found["registryUri"] == f"{gw.HOST}/{gw.PROJECT}/images"


def test_what_is_not_there_is_not_found(google: Google) -> None:
    refused(lambda: google.call("getCluster", name="web", location="europe-west1-b"), "Kubernetes Engine API has not")
    google.on("container", "artifactregistry")
    refused(lambda: google.call("getCluster", name="web", location="europe-west1-b"), f"{gw.CLUSTER_ID} not found")
    refused(
        lambda: google.call("getRepository", repositoryId="images", location="europe-west1"),
        f"{gw.REPOSITORY_ID} not found",
    )


def test_the_compute_account_comes_with_its_api(google: Google) -> None:
    with pytest.raises(CloudError):
        google.call("getDefaultServiceAccount", project=gw.PROJECT)
    google.on("container")
    assert google.call("getDefaultServiceAccount", project=gw.PROJECT)["email"] == COMPUTE


def test_the_deployers_token_is_taken_by_the_registry(google: Google) -> None:
    google.wired()
    token = google.call("getClientConfig")["accessToken"]
    assert google.ask(gw.Login("oauth2accesstoken", token), "push") is None


def test_every_type_and_function_that_the_program_asks_for_is_there(google: Google) -> None:
    asked = {each.resource.token for each in google.cloud.kinds} | {each.token for each in google.cloud.functions}
    wanted = {value for value in vars(gke).values() if isinstance(value, str) and value.startswith("gcp:")}
    assert wanted == asked
