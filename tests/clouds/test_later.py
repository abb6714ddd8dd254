"""What happens to a cloud stack that runs: a right that somebody takes away, and a registry that is made anew."""

import pytest

from sandbox.clouds.world import Thing, World
from tests.clouds.conftest import MakeStack
from tests.clouds.seen import served, serves_another
from tests.clouds.sky import Sky
from tests.e2e.project import Project

_RIGHTS = {
    "aks": ("azure-native:authorization:RoleAssignment", "Microsoft.ContainerRegistry/registries", "no-credentials"),
    "eks": (
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "AmazonEC2ContainerRegistryPullOnly",
        "no-credentials",
    ),
    "gke": ("gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", "", "forbidden"),
}


@pytest.mark.e2e
@pytest.mark.parametrize("target", sorted(_RIGHTS))
def test_a_right_taken_away_is_named_before_the_running_version_is_touched(
    target: str, make_stack: MakeStack, sky: Sky
) -> None:
    stack = make_stack(target)
    url = stack.must_up()["url"]
    token, words, code = _RIGHTS[target]
    _take_away(sky, token, words)
    before = served(sky, url)
    stack.change_source()
    refused = stack.up()
    assert refused.code != 0, refused.output
    assert "the Deployment was not touched" in refused.output, refused.output
    assert f"{code} (permanent)" in refused.output, refused.output
    assert served(sky, url) == before

    assert stack.pulumi("refresh", "--yes", "--skip-preview").code == 0
    again = stack.up()
    assert again.code == 0, again.output
    serves_another(sky, url, before)


def _take_away(sky: Sky, token: str, words: str) -> None:
    world = World(sky.folder / "world.json")
    with world.changing() as content:
        (right,) = [each for each in content.of(token) if words in _text(each)]
        content.remove(right, right.made + 1)


def _text(thing: Thing) -> str:
    return f"{thing.id} {thing.inputs}"


@pytest.mark.e2e
def test_a_registry_that_is_made_anew_gets_the_image_again(make_stack: MakeStack) -> None:
    stack = make_stack("gke")
    first = stack.must_up()
    stack.configure("registry", location="europe-west4")
    second = stack.must_up()
    assert first["image"] != second["image"]
    assert second["image"].startswith("europe-west4-docker.pkg.dev/")
    assert _images(stack) == {second["image"]}


def _images(stack: Project) -> set[str]:
    pods = stack.kubectl("get", "pods", "--field-selector=status.phase=Running")["items"]
    living = [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]
    return {each["image"] for pod in living for each in pod["spec"]["containers"]}
