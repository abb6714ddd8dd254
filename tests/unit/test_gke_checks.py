"""What is wrong with a stack on GKE before anybody is asked, and the names that come of it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import ConfigError
from components.platforms.gke import check_gke
from components.platforms.gke_nodes import account_id, context_name, is_zone, region
from components.platforms.node_sizes import google_platform
from components.settings import Secrets
from components.settings_gke import NewGkeCluster
from components.settings_models import GkeSettings
from tests.unit import gke_stacks as gke
from tests.unit.gke_stacks import STACK, stack

AUTOPILOT = {**gke.NEW_CLUSTER, "location": "europe-west1", "autopilot": True}
ARM = {"repository": "web", "context": "webapi", "platform": "linux/arm64"}


def refusal(settings: GkeSettings) -> str:
    with pytest.raises(ConfigError) as caught:
        check_gke(settings, Secrets(), STACK)
    return str(caught.value)


def cluster(**changes: str) -> NewGkeCluster:
    return NewGkeCluster.model_validate({**gke.NEW_CLUSTER, **changes})


def test_a_sound_stack_file_is_taken_without_asking_anybody() -> None:
    assert callable(check_gke(stack(), Secrets(), STACK))


def test_an_image_that_the_machines_cannot_run_is_refused_both_ways() -> None:
    text = refusal(stack(image=ARM))
    assert "image.platform: is linux/arm64, and machines of type e2-medium are linux/amd64" in text
    assert "pulumi config set --path image.platform linux/amd64 -s gke" in text
    assert "pulumi config set --path cluster.machineType t2a-standard-1 -s gke" in text
    text = refusal(stack({**gke.NEW_CLUSTER, "machineType": "c4a-standard-1"}))
    assert "pulumi config set --path cluster.machineType e2-medium -s gke" in text
    assert callable(check_gke(stack({**gke.NEW_CLUSTER, "machineType": "t2a-standard-1"}, image=ARM), Secrets(), STACK))


def test_autopilot_takes_images_for_amd64_only_and_no_count_of_nodes() -> None:
    text = refusal(stack({**AUTOPILOT, "nodeCount": 2}, image=ARM))
    assert text.startswith("Pulumi.gke.yaml: 2 mistakes")
    assert "nodes of Autopilot are linux/amd64" in text
    assert "pulumi config set --path cluster.autopilot false -s gke" in text
    assert "pulumi config rm --path cluster.nodeCount -s gke" in text


def test_what_is_wrong_with_a_foreign_registry_comes_in_the_same_message() -> None:
    text = refusal(stack(registry=gke.FOREIGN, image={**ARM, "repository": "team/web"}))
    assert "image.platform" in text
    assert "registryPassword" in text


@pytest.mark.parametrize(
    ("machine", "platform"),
    [
        ("e2-medium", "linux/amd64"),
        ("n2d-standard-2", "linux/amd64"),
        ("n4-standard-2", "linux/amd64"),
        ("t2d-standard-1", "linux/amd64"),
        ("c4-standard-2", "linux/amd64"),
        ("t2a-standard-1", "linux/arm64"),
        ("c4a-standard-1", "linux/arm64"),
        ("n4a-standard-1", "linux/arm64"),
        ("a4x-highgpu-4g", "linux/arm64"),
    ],
)
def test_a_machine_type_says_its_processor(machine: str, platform: str) -> None:
    assert google_platform(machine) == platform


def test_a_zone_has_a_region() -> None:
    assert (region("europe-west1-b"), region("europe-west1")) == ("europe-west1", "europe-west1")
    assert is_zone("us-east5-a")
    assert not is_zone("us-east5")


@given(name=st.from_regex(r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?", fullmatch=True))
def test_every_cluster_has_an_account_that_google_takes(name: str) -> None:
    found = account_id(cluster(name=name))
    assert re.fullmatch(r"[a-z]([-a-z0-9]{4,28}[a-z0-9])", found)
    assert found != account_id(cluster(name=name, location="us-east5"))


def test_the_context_is_the_one_that_gcloud_makes() -> None:
    assert context_name(cluster()) == "gke_my-project_europe-west1-b_web"
