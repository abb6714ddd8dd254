"""Stack files of clouds: both modes of cluster and registry, and what is said of mistakes in them."""

from pathlib import Path

import pytest

from components.settings_aks import ExistingAcr, NewAcr, NewAksCluster
from components.settings_gke import NewGkeCluster
from components.settings_models import AksSettings, GkeSettings
from tests.stack_files import PROJECT, stack_values
from tests.unit.settings_loader import Values, checkout, load, refusal


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout(tmp_path)


def committed(stack: str, **sections: object) -> Values:
    """What a committed file says, some sections replaced."""
    own = {key.removeprefix(f"{PROJECT}:"): value for key, value in stack_values(stack).items()}
    return {key: value for key, value in own.items() if not key.startswith("pulumi:")} | sections


AKS = {"mode": "create", "name": "prod", "resourceGroup": "prod", "location": "westeurope"}
EKS = {"mode": "create", "name": "prod", "region": "eu-central-1"}
GKE = {"mode": "create", "name": "prod", "project": "my-project", "location": "europe-west1-b"}


def test_a_committed_file_makes_cluster_and_registry(root: Path) -> None:
    settings, _ = load(committed("aks"), root, stack="aks")
    assert isinstance(settings, AksSettings)
    assert isinstance(settings.cluster, NewAksCluster)
    assert settings.cluster.location == "westeurope"
    assert settings.registry == NewAcr(mode="create")
    assert settings.profile == "test"


def test_modes_are_freely_mixed(root: Path) -> None:
    registry = {"mode": "existing", "name": "contoso", "resourceGroup": "registries", "attachPull": False}
    settings, _ = load(committed("aks", registry=registry, profile="production"), root, stack="aks")
    assert isinstance(settings, AksSettings)
    assert isinstance(settings.cluster, NewAksCluster)
    assert isinstance(settings.registry, ExistingAcr)
    assert (settings.registry.attach_pull, settings.profile) == (False, "production")


def test_a_repository_with_an_old_name_is_where_that_name_is(root: Path) -> None:
    registry = {"mode": "create", "repository": "eu.gcr.io", "location": "europe"}
    settings, _ = load(committed("gke", registry=registry), root, stack="gke")
    assert isinstance(settings, GkeSettings)
    assert isinstance(settings.cluster, NewGkeCluster)


MISTAKES: dict[str, tuple[Values, tuple[str, ...]]] = {
    "everything is missing": (
        committed("gke", cluster={"mode": "create"}),
        (
            "3 mistakes",
            "cluster.name: is missing: its name",
            "pulumi config set --path cluster.name monadic-pipeline",
            "cluster.project: is missing: project that it is in",
            "cluster.location: is missing",
        ),
    ),
    "nothing of a registry that is there": (
        committed("gke", registry={"mode": "existing"}),
        (
            "registry.location: is missing: where it is\n",
            "pulumi config set --path registry.location europe-west1 ",
            "registry.repository: is missing: its id\n",
            "pulumi config set --path registry.repository images ",
        ),
    ),
    "no cluster at all": (
        {key: value for key, value in committed("eks").items() if key != "cluster"},
        (
            "cluster: is missing: which cluster",
            "pulumi config set --path cluster.mode create",
            "pulumi config set --path cluster.name monadic-pipeline",
            "pulumi config set --path cluster.region eu-central-1",
        ),
    ),
    "no mode": (
        committed("aks", cluster={key: value for key, value in AKS.items() if key != "mode"}),
        ("cluster.mode: is missing: one of create, existing", "pulumi config set --path cluster.mode create"),
    ),
    "unknown mode": (
        committed("aks", registry={"mode": "attach"}),
        ("registry.mode: must not be 'attach': one of create, existing, foreign",),
    ),
    "another mode's key": (
        committed("eks", cluster=EKS, registry={"mode": "create", "account": "123456789012"}),
        ("registry.account: belongs to another registry.mode", "pulumi config rm --path registry.account"),
    ),
    "misspelt key": (
        committed("eks", cluster={**EKS, "nodeCont": 2}),
        ("cluster.nodeCont: unknown key; did you mean nodeCount?",),
    ),
    "key of another cloud": (
        committed("aks", cluster={**AKS, "project": "x"}),
        ("cluster.project: unknown key; known here:",),
    ),
    "zone for a region": (
        committed("eks", cluster={**EKS, "region": "eu-central-1b"}),
        ("it must be a name such as eu-central-1, no zone", "pulumi config set --path cluster.region eu-central-1 "),
    ),
    "zone for a registry": (
        committed("gke", registry={"mode": "create", "location": "europe-west1-b"}),
        ("registry.location: 'europe-west1-b' is not a place", "--path registry.location europe-west1 "),
    ),
    "registry name with a hyphen": (
        committed("aks", registry={"mode": "create", "name": "my-registry"}),
        ("registry.name: 'my-registry' is not the name of an Azure", "--path registry.name myregistry "),
    ),
    "Autopilot in a zone": (
        committed("gke", cluster={**GKE, "autopilot": True}),
        ("an Autopilot cluster is in a region, such as europe-west1, and europe-west1-b is a zone",),
    ),
    "Container Registry's name elsewhere": (
        committed("gke", registry={"mode": "create", "repository": "gcr.io", "location": "europe"}),
        ("the repository gcr.io exists in location us only, not in europe",),
    ),
    "Container Registry's host": (
        committed("aks", registry={"mode": "foreign", "host": "eu.gcr.io"}),
        ("eu.gcr.io is answered by Artifact Registry: mode create or existing, repository eu.gcr.io",),
    ),
    "a token that ends": (
        committed("gke", registry={"mode": "foreign", "host": "quay.io", "username": "oauth2accesstoken"}),
        ("stands for a token of Google Cloud, which ends after an hour", "a pull secret needs a login that lasts"),
    ),
    "unknown profile": (committed("aks", profile="prod"), ("profile: must be 'test' or 'production', not 'prod'",)),
    "bad version": (committed("aks", cluster={**AKS, "kubernetesVersion": "latest"}), ("cluster.kubernetesVersion:",)),
    "no nodes": (committed("eks", cluster={**EKS, "nodeCount": 0}), ("cluster.nodeCount: must be greater than",)),
    "a subnet by name": (
        committed("eks", cluster={**EKS, "subnets": ["public-a"]}),
        ("cluster.subnets[0]: 'public-a' is not a subnet",),
    ),
}


@pytest.mark.parametrize(("values", "texts"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_its_key_and_what_to_type(root: Path, values: Values, texts: tuple[str, ...]) -> None:
    said = refusal(values, root)
    for each in texts:
        assert each in said
