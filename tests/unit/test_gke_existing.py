"""Clusters and repositories that are there already: what is found out of them, and what is refused."""

import json

import pytest

from components.platforms.gke_lookup import refused
from components.stack_file import Problem
from tests.engine import Answer
from tests.unit import gke_stacks as gke
from tests.unit.gke_stacks import failing, found_cluster, pool, refusal, run, stack

NODES = "nodes@my-project.iam.gserviceaccount.com"
COMPUTE = "123-compute@developer.gserviceaccount.com"
EXISTING = stack(gke.OLD_CLUSTER, gke.OLD_REGISTRY)


def members(**cluster: object) -> list[str]:
    _, graph = run(EXISTING, answers={gke.GET_CLUSTER: found_cluster(**cluster)})
    return [each.inputs["member"].removeprefix("serviceAccount:") for each in graph.all(gke.READER)]


def test_the_right_is_given_in_the_registrys_project_to_the_clusters_nodes() -> None:
    platform, graph = run(EXISTING)
    assert graph.one(gke.READER).inputs == {
        "member": f"serviceAccount:{NODES}",
        "role": "roles/artifactregistry.reader",
        "repository": "images",
        "location": "europe-west1",
        "project": "shared-images",
    }
    assert graph.exports["prefix"] == "europe-west1-docker.pkg.dev/shared-images/images"
    assert graph.exports["resource"] == "projects/shared-images/locations/europe-west1/repositories/images"
    assert graph.exports["facts"]["project"] == "shared-images"
    assert graph.exports["facts"]["node_pool"] == "nodes"
    assert platform.registry.replace_with == ()


def test_a_repository_without_a_project_is_in_the_clusters() -> None:
    registry = {key: value for key, value in gke.OLD_REGISTRY.items() if key != "project"}
    _, graph = run(stack(registry=registry))
    assert graph.one(gke.READER).inputs["project"] == "my-project"


def test_what_somebody_attached_already_is_left_alone() -> None:
    platform, graph = run(stack(gke.OLD_CLUSTER, {**gke.OLD_REGISTRY, "attachPull": False}))
    assert not graph.all(gke.READER)
    assert (platform.pull_grant.depends_on, platform.pull_grant.propagation_seconds) == ((), 0)
    assert graph.exports["identity"] == NODES


@pytest.mark.parametrize("account", ["default", "", None])
def test_nodes_without_an_account_are_the_projects_compute_account(account: str | None) -> None:
    assert members(nodePools=[pool(serviceAccount=account)]) == [COMPUTE]


def test_each_account_of_several_pools_gets_the_right_once() -> None:
    pools = [pool("a"), pool("b"), pool("c", serviceAccount="default")]
    assert members(nodePools=pools) == [NODES, COMPUTE]
    _, graph = run(EXISTING, answers={gke.GET_CLUSTER: found_cluster(nodePools=pools)})
    assert graph.exports["identity"] == f"{NODES}, {COMPUTE}"
    assert not {"node_account", "node_pool"} & graph.exports["facts"].keys()


def test_autopilot_says_whom_its_next_nodes_are() -> None:
    own = {"serviceAccount": "auto@my-project.iam.gserviceaccount.com"}
    auto = {"enableAutopilot": True, "clusterAutoscalings": [{"autoProvisioningDefaults": [own]}]}
    assert members(**auto) == ["auto@my-project.iam.gserviceaccount.com"]
    assert members(enableAutopilot=True, clusterAutoscalings=[]) == [COMPUTE]


def test_a_private_cluster_is_reached_by_its_public_dns_name() -> None:
    dns = {"dnsEndpointConfigs": [{"allowExternalTraffic": True, "endpoint": "gke-1.europe-west1.gke.goog"}]}
    private = {"privateClusterConfigs": [{"enablePrivateEndpoint": True}], "controlPlaneEndpointsConfigs": [dns]}
    _, graph = run(EXISTING, answers={gke.GET_CLUSTER: found_cluster(**private)})
    (cluster,) = json.loads(graph.exports["kubeconfig"])["clusters"]
    assert cluster["cluster"] == {"server": "https://gke-1.europe-west1.gke.goog"}


@pytest.mark.parametrize("changes", [{"privateClusterConfigs": []}, {"controlPlaneEndpointsConfigs": []}])
def test_other_clusters_are_reached_by_their_address(changes: dict[str, object]) -> None:
    dns = {"dnsEndpointConfigs": [{"allowExternalTraffic": True, "endpoint": "gke-1.europe-west1.gke.goog"}]}
    private = {"privateClusterConfigs": [{"enablePrivateEndpoint": True}], "controlPlaneEndpointsConfigs": [dns]}
    _, graph = run(EXISTING, answers={gke.GET_CLUSTER: found_cluster(**{**private, **changes})})
    (cluster,) = json.loads(graph.exports["kubeconfig"])["clusters"]
    assert cluster["cluster"] == {"server": "https://203.0.113.9", "certificate-authority-data": "Q0E="}


def test_the_nodes_processors_are_the_pools() -> None:
    pools = [pool("a", machineType="c4a-standard-1"), pool("b", machineType="e2-small")]
    platform, _ = run(EXISTING, answers={gke.GET_CLUSTER: found_cluster(nodePools=pools)})
    assert platform.cluster.node_platforms == ("linux/amd64", "linux/arm64")


def test_an_image_that_no_node_runs_is_refused() -> None:
    arm = found_cluster(nodePools=[pool(machineType="t2a-standard-1")])
    text = refusal(EXISTING, {gke.GET_CLUSTER: arm})
    assert "image.platform: is linux/amd64, which no node of the cluster can run; its nodes are linux/arm64" in text
    assert "pulumi config set --path image.platform linux/arm64 -s gke" in text


def test_a_cluster_that_is_not_there_is_named_with_the_command_that_lists_them() -> None:
    text = refusal(EXISTING, {gke.GET_CLUSTER: failing("projects/my-project/…/clusters/web not found")})
    assert "cluster.name: there is no cluster web in europe-west1-b of my-project" in text
    assert "gcloud container clusters list --project=my-project" in text


def test_a_cluster_without_an_address_is_not_ready() -> None:
    text = refusal(EXISTING, {gke.GET_CLUSTER: found_cluster(endpoint="")})
    assert "cluster.name: the cluster web has no address" in text


def test_nodes_that_can_never_pull_are_refused() -> None:
    narrow = "https://www.googleapis.com/auth/logging.write"
    text = refusal(EXISTING, {gke.GET_CLUSTER: found_cluster(nodePools=[pool(oauthScopes=[narrow])])})
    assert "cluster: no node pool has an access scope" in text
    assert "gcloud container node-pools create with-registry --cluster=web --location=europe-west1-b" in text
    reads = "https://www.googleapis.com/auth/devstorage.read_only"
    assert members(nodePools=[pool("a", oauthScopes=[narrow]), pool("b", oauthScopes=[reads])]) == [NODES]


def test_a_repository_that_is_not_there_can_be_made() -> None:
    text = refusal(EXISTING, {gke.GET_REPOSITORY: failing("projects/… not found")})
    assert "registry.repository: there is no repository images in europe-west1 of shared-images" in text
    assert "gcloud artifacts repositories list --project=shared-images" in text
    assert "pulumi config set --path registry.mode create -s gke" in text


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (failing("projects/my-project/…/clusters/web not found"), "cluster.name: there is no cluster web"),
        (found_cluster(nodePools=[pool(machineType="t2a-standard-1")]), "image.platform: is linux/amd64"),
    ],
)
def test_all_that_is_not_there_comes_in_one_message(answer: Answer, text: str) -> None:
    said = refusal(EXISTING, {gke.GET_CLUSTER: answer, gke.GET_REPOSITORY: failing("projects/… not found")})
    assert said.startswith("Pulumi.gke.yaml: 2 mistakes, nothing was changed")
    assert text in said
    assert "registry.repository: there is no repository images" in said


def test_who_is_not_logged_in_is_told_once() -> None:
    nobody = failing("could not find default credentials")
    answers: dict[str, Answer] = dict.fromkeys((gke.GET_TOKEN, gke.GET_CLUSTER, gke.GET_REPOSITORY), nobody)
    assert refusal(EXISTING, answers).startswith("Pulumi.gke.yaml: 1 mistake, nothing was changed")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"format": "MAVEN"}, "is for MAVEN, not for images"),
        ({"mode": "VIRTUAL_REPOSITORY"}, "is a virtual one, to which nothing can be pushed"),
        ({"mode": "REMOTE_REPOSITORY"}, "is a remote one, to which nothing can be pushed"),
    ],
)
def test_a_repository_that_takes_no_images_is_refused(answer: dict[str, str], text: str) -> None:
    found = {"format": "DOCKER", "mode": "STANDARD_REPOSITORY", **answer}
    assert text in refusal(EXISTING, {gke.GET_REPOSITORY: lambda _: found})


def test_what_is_refused_leaves_nothing_half_made() -> None:
    made: list[str] = []

    def note(inputs: dict[str, object]) -> dict[str, object]:
        made.append(str(inputs["name"]))
        return {}

    refusal(stack(registry=gke.OLD_REGISTRY), {gke.GET_REPOSITORY: failing("projects/… not found"), gke.CLUSTER: note})
    assert made == []


def test_nobody_is_logged_in() -> None:
    said = "Attempted to load application default credentials since neither `credentials` nor `access_token` was set"
    text = refusal(stack(), {gke.GET_TOKEN: failing(f"{said}. No credentials loaded.")})
    assert "cluster.project: Google Cloud has no login of yours, or one that is over" in text
    assert "gcloud auth application-default login" in text


MISSING = Problem(("cluster", "name"), "there is none", ("list them",))
OFF = (
    "googleapi: Error 403: Kubernetes Engine API has not been used in project 184897089599 before or it is disabled. "
    "Enable it by visiting https://console.developers.google.com/apis/api/container.googleapis.com/overview?"
    "project=184897089599 then retry."
)


@pytest.mark.parametrize(
    ("said", "message", "command"),
    [
        ('oauth2: "invalid_grant" "reauth related error (invalid_rapt)"', "no login of yours", "gcloud auth"),
        (OFF, "an API that it takes is off", "services enable container.googleapis.com --project=184897089599"),
        ('googleapi: Error 403: Required "container.clusters.get" permission', "you may not look it up", "list them"),
        ("googleapi: Error 404: Not found: projects/p/…", "there is none", "list them"),
        ("dial tcp: lookup container.googleapis.com: no such host", "could not be looked up: dial tcp", "list them"),
    ],
)
def test_each_refusal_of_the_provider_means_something_else(said: str, message: str, command: str) -> None:
    found = refused(said, MISSING)
    assert found.path == ("cluster", "name")
    assert message in found.message
    assert command in found.commands[0]


def test_a_long_answer_is_cut() -> None:
    assert len(refused("x" * 5000, MISSING).message) < 500
