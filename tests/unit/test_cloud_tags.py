"""One map of tags by each cloud's rules."""

import pytest

from components.platforms.cloud_tags import aws_tags, azure_tags, check_tags, google_labels
from components.platforms.contract import Target
from components.stack_file import StackFile

STACK = StackFile("prod")
CLOUDS = [Target.AKS, Target.EKS, Target.GKE]


def test_everything_says_who_manages_it() -> None:
    for render in (azure_tags, aws_tags, google_labels):
        assert render({}) == {"managed-by": "pulumi"}
        assert render({"Managed-By": "us"}) in ({"Managed-By": "us"}, {"managed-by": "us"})


def test_tags_stay_as_they_are_and_labels_become_lower_case() -> None:
    tags = {"Cost Center": "R&D", "owner": "team-web@acme.io"}
    assert azure_tags(tags) == aws_tags(tags) == {"managed-by": "pulumi", **tags}
    assert google_labels(tags) == {"managed-by": "pulumi", "cost-center": "r-d", "owner": "team-web-acme-io"}


@pytest.mark.parametrize("target", CLOUDS)
def test_usual_tags_are_taken_by_every_cloud(target: Target) -> None:
    tags = {"environment": "prod", "owner": "team-web", "costCenter": "1234", "empty": ""}
    assert check_tags(tags, target, STACK) == []


@pytest.mark.parametrize(
    ("target", "tags", "reason"),
    [
        (Target.AKS, {"a/b": "x"}, "its key has one of < > % & \\ ? /, for tags of Azure"),
        (Target.AKS, {"k" * 513: "x"}, "its key has 513 characters"),
        (Target.AKS, {"k": "x" * 257}, "its value has 257 characters, and may have 256"),
        (Target.AKS, {"Azure-x": "x"}, "keys that begin with azure are the cloud's own"),
        (Target.AKS, {"owner": "a", "Owner": "b"}, "is the same key as owner"),
        (Target.EKS, {"k" * 129: "x"}, "its key has 129 characters, and must have 1 to 128"),
        (Target.EKS, {"AWS:x": "x"}, "keys that begin with aws: are the cloud's own"),
        (Target.EKS, {"k": "a;b"}, "it has ';', and may have letters, digits, spaces"),
        (Target.GKE, {"1st": "x"}, "its key must begin with a letter from a to z"),
        (Target.GKE, {"k" * 64: "x"}, "its key has 64 characters, and must have 1 to 63"),
        (Target.GKE, {"k": "x" * 64}, "its value has 64 characters, and may have 63"),
        (Target.GKE, {"goog-x": "x"}, "keys that begin with goog are the cloud's own"),
        (Target.GKE, {"cost center": "a", "Cost-Center": "b"}, "is the same key as cost center"),
        (Target.GKE, {"": "x"}, "its key has 0 characters"),
    ],
)
def test_what_a_cloud_would_refuse_is_named_with_its_key(target: Target, tags: dict[str, str], reason: str) -> None:
    (problem,) = check_tags(tags, target, STACK)
    assert reason in problem.message
    assert problem.path == ("tags", list(tags)[-1])
    assert problem.commands == (STACK.remove(problem.path),)


@pytest.mark.parametrize(("target", "most"), [(Target.AKS, 50), (Target.EKS, 50), (Target.GKE, 64)])
def test_more_tags_than_a_thing_can_have_are_refused_ours_included(target: Target, most: int) -> None:
    tags = {f"k{number}": "x" for number in range(most - 1)}
    assert check_tags(tags, target, STACK) == []
    (problem,) = check_tags({**tags, "last": "x"}, target, STACK)
    assert f"are {most + 1} with managed-by" in problem.message
    assert problem.commands == ("pulumi config rm --path tags.last -s prod",)


@pytest.mark.parametrize("target", CLOUDS)
def test_a_secret_in_a_tag_is_refused_and_not_shown(target: Target) -> None:
    (problem,) = check_tags({"hook": "https://a:canary@b"}, target, STACK)
    assert "looks like a secret" in problem.message
    assert "canary" not in str(problem)
