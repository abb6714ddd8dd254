"""What a stack on GKE makes, in each mode: which resources, with which inputs, in which order."""

import json

import pytest
from pydantic import SecretStr

from components.platforms.contract import AddressSource, PullKind, Target
from components.settings import Secrets
from tests.engine import Answer
from tests.graph import UNKNOWN, Graph
from tests.unit import gke_stacks as gke
from tests.unit.gke_stacks import run, stack

EMAIL = "web-nodes-1f3a@my-project.iam.gserviceaccount.com"
LABELS = {"managed-by": "pulumi"}
ALL = [
    gke.SERVICE,
    gke.SERVICE,
    gke.ACCOUNT,
    gke.MEMBER,
    gke.CLUSTER,
    gke.POOL,
    gke.REPOSITORY,
    gke.READER,
    gke.PROVIDER,
    "pulumi:providers:kubernetes",
]


def types(graph: Graph) -> list[str]:
    return sorted(each.type for each in graph.resources)


@pytest.mark.parametrize(
    ("cluster", "registry", "lacks"),
    [
        (gke.NEW_CLUSTER, gke.NEW_REGISTRY, []),
        (gke.NEW_CLUSTER, gke.OLD_REGISTRY, [gke.SERVICE, gke.REPOSITORY]),
        (gke.OLD_CLUSTER, gke.NEW_REGISTRY, [gke.SERVICE, gke.ACCOUNT, gke.MEMBER, gke.CLUSTER, gke.POOL]),
        (
            gke.OLD_CLUSTER,
            gke.OLD_REGISTRY,
            [gke.SERVICE, gke.SERVICE, gke.ACCOUNT, gke.MEMBER, gke.CLUSTER, gke.POOL, gke.REPOSITORY],
        ),
    ],
)
def test_each_mode_makes_what_is_not_there(
    cluster: dict[str, object], registry: dict[str, object], lacks: list[str]
) -> None:
    _, graph = run(stack(cluster, registry))
    wanted = [*ALL]
    for each in lacks:
        wanted.remove(each)
    assert types(graph) == sorted(wanted)


def test_both_apis_are_turned_on_for_good() -> None:
    _, graph = run(stack())
    assert {each.inputs["service"] for each in graph.all(gke.SERVICE)} == {
        "container.googleapis.com",
        "artifactregistry.googleapis.com",
    }
    assert all(each.inputs["disableOnDestroy"] is False for each in graph.all(gke.SERVICE))
    container, artifacts = graph.one(gke.SERVICE, "container-api"), graph.one(gke.SERVICE, "artifactregistry-api")
    assert container.urn in graph.one(gke.ACCOUNT).dependencies
    assert container.urn in graph.one(gke.CLUSTER).dependencies
    assert artifacts.urn in graph.one(gke.REPOSITORY).dependencies


def test_the_nodes_have_an_account_of_their_own_before_there_is_a_node() -> None:
    _, graph = run(stack())
    role = graph.one(gke.MEMBER)
    assert role.inputs == {
        "member": f"serviceAccount:{EMAIL}",
        "role": "roles/container.defaultNodeServiceAccount",
        "project": "my-project",
    }
    cluster, pool = graph.one(gke.CLUSTER), graph.one(gke.POOL)
    assert role.urn in cluster.dependencies & pool.dependencies
    for config in (cluster.inputs["nodeConfig"], pool.inputs["nodeConfig"]):
        assert (config["serviceAccount"], config["oauthScopes"]) == (EMAIL, [gke.SCOPE])


def test_the_cluster_begins_without_a_pool_that_nobody_manages() -> None:
    _, graph = run(stack())
    cluster = graph.one(gke.CLUSTER)
    assert cluster.inputs == {
        "name": "web",
        "location": "europe-west1-b",
        "project": "my-project",
        "initialNodeCount": 1,
        "removeDefaultNodePool": True,
        "nodeConfig": {"serviceAccount": EMAIL, "oauthScopes": [gke.SCOPE], "diskSizeGb": 50},
        "datapathProvider": "ADVANCED_DATAPATH",
        "workloadIdentityConfig": {"workloadPool": "my-project.svc.id.goog"},
        "loggingConfig": {"enableComponents": ["SYSTEM_COMPONENTS"]},
        "releaseChannel": {"channel": "REGULAR"},
        "deletionProtection": False,
        "resourceLabels": LABELS,
    }
    assert list(cluster.request.ignoreChanges) == ["nodeConfig"]
    assert graph.one(gke.POOL).inputs == {
        "name": "nodes",
        "cluster": "web",
        "location": "europe-west1-b",
        "project": "my-project",
        "nodeCount": 1,
        "nodeConfig": {
            "machineType": "e2-medium",
            "diskSizeGb": 50,
            "serviceAccount": EMAIL,
            "oauthScopes": [gke.SCOPE],
            "workloadMetadataConfig": {"mode": "GKE_METADATA"},
        },
    }


def test_pods_of_a_domains_project_keep_the_nodes_metadata() -> None:
    _, graph = run(stack({**gke.NEW_CLUSTER, "project": "example.com:web-project"}))
    assert "workloadIdentityConfig" not in graph.one(gke.CLUSTER).inputs
    assert "workloadMetadataConfig" not in graph.one(gke.POOL).inputs["nodeConfig"]


def test_autopilot_gets_its_nodes_account_from_the_cluster() -> None:
    platform, graph = run(stack({**gke.NEW_CLUSTER, "location": "europe-west1", "autopilot": True}))
    assert not graph.all(gke.POOL)
    cluster = graph.one(gke.CLUSTER)
    account = graph.one(gke.ACCOUNT).inputs["accountId"]
    email = f"{account}@my-project.iam.gserviceaccount.com"
    assert cluster.inputs == {
        "name": "web",
        "location": "europe-west1",
        "project": "my-project",
        "enableAutopilot": True,
        "clusterAutoscaling": {
            "autoProvisioningDefaults": {"serviceAccount": email, "oauthScopes": [gke.SCOPE]},
        },
        "releaseChannel": {"channel": "REGULAR"},
        "deletionProtection": False,
        "resourceLabels": LABELS,
    }
    assert graph.exports["identity"] == email
    assert graph.one(gke.READER).inputs["member"] == f"serviceAccount:{email}"
    assert "node_pool" not in platform.pull_grant.facts


def test_the_repository_is_beside_the_cluster_and_says_its_own_name() -> None:
    platform, graph = run(stack())
    repository = graph.one(gke.REPOSITORY)
    assert repository.inputs == {
        "repositoryId": "images",
        "format": "DOCKER",
        "location": "europe-west1",
        "project": "my-project",
        "labels": LABELS,
        "deletionPolicy": "DELETE",
    }
    assert graph.exports["prefix"] == "europe-west1-docker.pkg.dev/my-project/images"
    assert graph.exports["server"] == "europe-west1-docker.pkg.dev"
    assert [each.pulumi_resource_name for each in platform.registry.replace_with] == ["registry"]


def test_the_host_is_what_the_repository_says() -> None:
    made = {"name": "gcr.io", "registryUri": "us-docker.pkg.dev/my-project/gcr.io"}
    answers: dict[str, Answer] = {gke.REPOSITORY: lambda _: made}
    registry = {"mode": "create", "repository": "gcr.io", "location": "us"}
    _, graph = run(stack(registry=registry), answers=answers)
    assert graph.one(gke.REPOSITORY).inputs["repositoryId"] == "gcr.io"
    assert graph.exports["prefix"] == "us-docker.pkg.dev/my-project/gcr.io"


def test_the_nodes_may_read_this_repository_and_the_deployment_waits_for_that() -> None:
    platform, graph = run(stack())
    reader = graph.one(gke.READER)
    assert reader.inputs == {
        "member": f"serviceAccount:{EMAIL}",
        "role": "roles/artifactregistry.reader",
        "repository": "images",
        "location": "europe-west1",
        "project": "my-project",
    }
    grant = platform.pull_grant
    assert [each.pulumi_resource_name for each in grant.depends_on] == ["nodes-pull"]
    assert (grant.kind, grant.role) == (PullKind.NODE_SERVICE_ACCOUNT, "roles/artifactregistry.reader")
    assert grant.propagation_seconds == 420
    assert graph.exports["facts"] == {
        "repository_id": "images",
        "project": "my-project",
        "location": "europe-west1",
        "cluster": "web",
        "cluster_location": "europe-west1-b",
        "node_account": EMAIL,
        "node_pool": "nodes",
    }


def test_who_pulls_is_what_the_pool_says_and_not_whom_the_right_was_given() -> None:
    other = "other@my-project.iam.gserviceaccount.com"
    _, graph = run(stack(), answers={gke.POOL: lambda _: {"nodeConfig": {"serviceAccount": other}}})
    assert graph.exports["identity"] == other
    assert graph.exports["facts"]["node_account"] == other
    _, graph = run(stack(), answers={gke.POOL: lambda _: {"nodeConfig": {}}})
    assert graph.exports["identity"] == "default"


def test_everything_goes_through_the_stacks_own_provider() -> None:
    _, graph = run(stack())
    provider = graph.one(gke.PROVIDER)
    assert provider.inputs == {"project": "my-project"}
    for each in graph.resources:
        if each.type.startswith("gcp:"):
            assert each.provider_urn == provider.urn, each.name


def test_no_setting_of_this_machine_is_in_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_REGION", "us-central1")
    monkeypatch.setenv("GOOGLE_ZONE", "us-central1-a")
    _, graph = run(stack())
    assert graph.one(gke.PROVIDER).inputs == {"project": "my-project"}


def test_what_people_set_for_the_default_provider_is_handed_on() -> None:
    config = {
        "gcp:credentials": '{"type": "service_account"}',
        "gcp:impersonateServiceAccount": "ci@my-project.iam.gserviceaccount.com",
        "gcp:billingProject": "billing",
        "gcp:userProjectOverride": "true",
        "gcp:project": "another",
    }
    _, graph = run(stack(), config=config, secret_keys=("gcp:credentials",))
    provider = graph.one(gke.PROVIDER)
    assert provider.inputs["credentials"] == '{"type": "service_account"}'
    assert "credentials" in provider.secrets
    assert provider.inputs["impersonateServiceAccount"] == "ci@my-project.iam.gserviceaccount.com"
    assert (provider.inputs["billingProject"], provider.inputs["userProjectOverride"]) == ("billing", "true")
    assert provider.inputs["project"] == "my-project"


def test_the_push_login_is_a_secret_of_the_deployer() -> None:
    platform, graph = run(stack())
    assert platform.registry.username == "oauth2accesstoken"
    assert graph.exports["password"] == gke.TOKEN
    assert {"password", "kubeconfig"} <= graph.stack.secret_outputs
    assert gke.TOKEN not in repr(platform)


def test_the_kubeconfig_holds_no_credential() -> None:
    platform, graph = run(stack())
    document = json.loads(graph.exports["kubeconfig"])
    name = "gke_my-project_europe-west1-b_web"
    assert (document["current-context"], platform.cluster.context) == (name, name)
    assert document["clusters"][0]["cluster"] == {
        "server": "https://203.0.113.7",
        "certificate-authority-data": "Q0E=",
    }
    (user,) = document["users"]
    assert user["user"].keys() == {"exec"}
    assert user["user"]["exec"]["command"] == "gke-gcloud-auth-plugin"
    provider = graph.one("pulumi:providers:kubernetes")
    assert "kubeconfig" in provider.secrets
    assert provider.inputs["clusterIdentifier"] == "gke/my-project/europe-west1-b/web"


def test_nodes_outlive_what_runs_on_them() -> None:
    _, graph = run(stack())
    provider = graph.one("pulumi:providers:kubernetes")
    assert {graph.one(gke.CLUSTER).urn, graph.one(gke.POOL).urn} <= provider.dependencies


def test_a_first_preview_knows_names_and_no_addresses() -> None:
    platform, graph = run(stack(), preview=True)
    assert types(graph) == sorted(ALL)
    assert platform.target == Target.GKE
    assert graph.one("pulumi:providers:kubernetes").inputs["clusterIdentifier"] == "gke/my-project/europe-west1-b/web"
    assert graph.one(gke.READER).inputs["member"] == UNKNOWN


def test_tags_are_labels_by_googles_rules() -> None:
    _, graph = run(stack(tags={"CostCenter": "Team Web"}))
    wanted = {"costcenter": "team-web", **LABELS}
    assert graph.one(gke.CLUSTER).inputs["resourceLabels"] == wanted
    assert graph.one(gke.REPOSITORY).inputs["labels"] == wanted


@pytest.mark.parametrize(("location", "count"), [("europe-west1-b", 3), ("europe-west1", 1)])
def test_production_is_protected_and_has_three_nodes(location: str, count: int) -> None:
    cluster = {**gke.NEW_CLUSTER, "location": location, "apiRanges": ["203.0.113.0/24"]}
    _, graph = run(stack(cluster, profile="production"))
    made = graph.one(gke.CLUSTER).inputs
    assert made["deletionProtection"] is True
    assert made["releaseChannel"] == {"channel": "STABLE"}
    assert made["masterAuthorizedNetworksConfig"] == {"cidrBlocks": [{"cidrBlock": "203.0.113.0/24"}]}
    assert made["loggingConfig"]["enableComponents"] == ["SYSTEM_COMPONENTS", "APISERVER", "WORKLOADS"]
    assert graph.one(gke.REPOSITORY).inputs["deletionPolicy"] == "PREVENT"
    assert graph.one(gke.POOL).inputs["nodeCount"] == count
    assert [text for severity, text in graph.logs if severity == 1] == []


@pytest.mark.parametrize(("profile", "protects"), [("test", False), ("production", True)])
@pytest.mark.parametrize("autopilot", [False, True])
def test_production_refuses_to_be_destroyed_before_anything_of_it_is_deleted(
    profile: str, *, protects: bool, autopilot: bool
) -> None:
    _, graph = run(stack({**gke.NEW_CLUSTER, "location": "europe-west1", "autopilot": autopilot}, profile=profile))
    assert {graph.one(each).request.protect for each in (gke.CLUSTER, gke.REPOSITORY)} == {protects}
    assert not [each.name for each in graph.all(gke.POOL) if each.request.protect]


def test_a_count_of_nodes_that_is_given_is_taken() -> None:
    _, graph = run(stack({**gke.NEW_CLUSTER, "nodeCount": 5}, profile="production"))
    assert graph.one(gke.POOL).inputs["nodeCount"] == 5


def test_what_a_profile_leaves_open_is_said_in_one_line() -> None:
    _, graph = run(stack())
    (line,) = [text for severity, text in graph.logs if severity == 1]
    assert line.startswith("profile test: ")
    for part in ("cluster can be deleted", "one node", "no logs", "cluster.apiRanges", "deleted with its images"):
        assert part in line
    _, graph = run(stack(profile="production"))
    (line,) = [text for severity, text in graph.logs if severity == 1]
    assert line == "profile production: the API server of the cluster answers everywhere (cluster.apiRanges)"


def test_a_stack_that_makes_nothing_leaves_nothing_open() -> None:
    _, graph = run(stack(gke.OLD_CLUSTER, gke.OLD_REGISTRY))
    assert [text for severity, text in graph.logs if severity == 1] == []


def test_the_clouds_own_ingress_goes_by_its_annotation() -> None:
    ingress = run(stack(ingress={"annotations": {"a.example.com/b": "c"}}))[0].ingress
    assert ingress.annotations == {"a.example.com/b": "c", "kubernetes.io/ingress.class": "gce"}
    assert (ingress.class_name, ingress.address) == ("gce", AddressSource.STATUS)
    inside = run(stack(ingress={"className": "gce-internal"}))[0].ingress
    assert (inside.class_name, inside.annotations["kubernetes.io/ingress.class"]) == ("gce-internal", "gce-internal")
    own = run(stack(ingress={"className": "nginx"}))[0].ingress
    assert (own.class_name, own.annotations) == ("nginx", {})


def test_a_foreign_registry_needs_nothing_of_artifact_registry() -> None:
    given = stack(registry=gke.FOREIGN, image={"repository": "team/web", "context": "webapi"})
    platform, graph = run(given, secrets=Secrets(SecretStr("canary-password")))
    assert platform.pull_grant.kind == PullKind.PULL_SECRET
    assert not graph.all(gke.REPOSITORY) + graph.all(gke.READER)
    assert [each.name for each in graph.all(gke.SERVICE)] == ["container-api"]
    assert gke.GET_TOKEN not in [token for token, _ in graph.calls]
