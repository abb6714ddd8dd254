"""What the stack of a pull request has for itself: two of them share nothing that both make, on each target."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.cloud_domain import (
    ACR_NAME,
    AKS_NAME,
    AR_REPOSITORY,
    ECR_REPOSITORY,
    EKS_NAME,
    GKE_NAME,
    RESOURCE_GROUP,
)
from components.dns_names import LABEL_LIMIT, check_host
from ops.review_names import changes, own, refusal
from tests.stack_files import PROJECT, stack_values

TARGETS = ("aks", "eks", "gke", "local")
RULES = {
    "cluster.name": {"aks": AKS_NAME, "eks": EKS_NAME, "gke": GKE_NAME},
    "cluster.resourceGroup": {"aks": RESOURCE_GROUP},
    "registry.name": {"aks": ACR_NAME},
    "registry.repository": {"gke": AR_REPOSITORY},
    "image.repository": {"eks": ECR_REPOSITORY},
    "cli.image.repository": {"eks": ECR_REPOSITORY},
}
"""Setting → target → the rule that its value has to keep."""


def committed(stack: str, /, **more: Any) -> dict[str, Any]:
    own_keys = {key.removeprefix(f"{PROJECT}:"): value for key, value in stack_values(stack).items()}
    return {**{key: value for key, value in own_keys.items() if ":" not in key}, **more}


def made(settings: dict[str, Any], number: int = 12) -> dict[str, str]:
    return {".".join(map(str, each.path)): each.value for each in changes(settings, number)}


@pytest.mark.parametrize(
    ("target", "more", "expected"),
    [
        ("aks", {}, {"app.namespace": "monadic-pipeline-aks-pr-12", "cluster.name": "monadic-pipeline-pr-12",
                     "cluster.resourceGroup": "monadic-pipeline-pr-12", "tags.pull-request": "pr-12"}),
        ("aks", {"registry": {"mode": "create", "name": "contoso"}}, {"registry.name": "contosopr12"}),
        ("eks", {}, {"cluster.name": "monadic-pipeline-pr-12", "image.repository": "monadic-pipeline-webapi-pr-12"}),
        ("eks", {"cli": {"image": {"context": "cli"}}}, {"cli.image.repository": "monadic-pipeline-pr-12"}),
        ("gke", {}, {"cluster.name": "monadic-pipeline-pr-12", "registry.repository": "monadic-pipeline-pr-12"}),
        ("local", {}, {"app.namespace": "monadic-pipeline-pr-12", "app.host": "monadic-pipeline-pr-12.localhost"}),
        ("local", {"services": {"llm": {"mode": "in-cluster"}, "vectors": {"mode": "off"}}},
         {"services.llm.deleteData": "true"}),
    ],
)  # fmt: skip
def test_what_a_stack_makes_has_names_of_its_own(target: str, more: dict[str, Any], expected: dict[str, str]) -> None:
    assert made(committed(target, **more)).items() >= expected.items()


@pytest.mark.parametrize("target", TARGETS)
def test_every_name_that_the_stack_file_gives_to_what_it_makes_is_changed(target: str) -> None:
    settings = committed(target)
    known = made(settings)
    for path, value in known.items():
        top, _, key = path.partition(".")
        assert settings.get(top, {}).get(key) != value if "." not in key else True
    assert (
        set(known) & {"image.digest", "image.context", "cluster.location", "cluster.context", "registry.host"} == set()
    )


EXISTING = {
    "aks": {"cluster": {"mode": "existing", "name": "c", "resourceGroup": "g"}},
    "eks": {"cluster": {"mode": "existing", "name": "c", "region": "eu-central-1"}},
    "gke": {"cluster": {"mode": "existing", "name": "c", "project": "my-project", "location": "europe-west1"}},
}
SHARED = {
    "aks": {"registry": {"mode": "existing", "name": "contoso", "resourceGroup": "g"}},
    "eks": {"registry": {"mode": "existing", "writePolicy": True}},
    "gke": {"registry": {"mode": "existing", "repository": "images", "location": "europe-west1"}},
}


@pytest.mark.parametrize("target", EXISTING)
def test_what_is_there_keeps_its_name_and_its_right_to_pull(target: str) -> None:
    known = made(committed(target, **EXISTING[target], **SHARED[target]))
    assert not {each for each in known if each.endswith((".name", ".repository", ".resourceGroup"))}
    wanted = {"aks": {"registry.attachPull"}, "eks": {"cluster.attachPull", "registry.writePolicy"}}
    for each in wanted.get(target, {"registry.attachPull"}):
        assert known[each] == "false"


@pytest.mark.parametrize("target", ["aks", "gke"])
def test_the_nodes_of_a_cluster_of_its_own_get_their_right_to_a_shared_registry(target: str) -> None:
    assert "registry.attachPull" not in made(committed(target, **SHARED[target]))


@pytest.mark.parametrize(
    ("target", "more", "words"),
    [
        ("aks", {"profile": "production"}, "it is marked production; take one with profile: test"),
        ("aks", {"target": "azure"}, "its target is none of aks, eks, gke, local"),
        ("gke", {"registry": {"mode": "create", "repository": "eu.gcr.io"}}, "only one registry.repository eu.gcr.io"),
        ("eks", SHARED["eks"], "registry.writePolicy would take the right to pull from all other clusters"),
    ],
)
def test_what_two_stacks_would_share_is_refused(target: str, more: dict[str, Any], words: str) -> None:
    why = refusal(committed(target, **more))
    assert why is not None
    assert words in why


@pytest.mark.parametrize("target", TARGETS)
def test_the_committed_stack_files_are_taken(target: str) -> None:
    assert refusal(committed(target)) is None


NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,98}[a-z0-9])?", fullmatch=True)


@given(NAMES, st.integers(1, 10**6), st.integers(30, 100))
def test_a_name_keeps_its_limit_and_ends_with_its_mark(base: str, number: int, limit: int) -> None:
    name = own(base, f"-pr-{number}", limit)
    assert len(name) <= limit
    assert name.endswith(f"-pr-{number}")
    assert re.fullmatch(r"[a-z][a-z0-9-]*", name)


@given(NAMES, NAMES, st.sampled_from(["", "web-" * 12]))
def test_names_that_were_cut_stay_different(one: str, other: str, common: str) -> None:
    one, other = common + one, common + other
    assert (own(one, "-pr-1", 40) == own(other, "-pr-1", 40)) == (one == other)


def test_a_long_namespace_leaves_room_for_the_one_of_the_services() -> None:
    name = made({"target": "local", "app": {"namespace": "n" * LABEL_LIMIT}})["app.namespace"]
    assert len(name) == LABEL_LIMIT - len("-services")


@given(NAMES, st.integers(1, 10**6), st.sampled_from(TARGETS))
def test_each_changed_name_is_one_that_the_cloud_takes(base: str, number: int, target: str) -> None:
    settings = committed(target)
    settings["app"] = {
        "namespace": base[:LABEL_LIMIT].rstrip("-"),
        "host": f"{base[:LABEL_LIMIT].rstrip('-')}.example.com",
    }
    settings["image"] = {"repository": f"team/{re.sub('-+', '-', base)}"}
    settings["cli"] = {"image": {}}
    settings["cluster"] = {**settings["cluster"], "name": base, "resourceGroup": base, "location": "westeurope"}
    settings["registry"] = {"mode": "create", "name": "a" * 50, "repository": base[:LABEL_LIMIT]}
    known = made(settings, number)
    for path, value in known.items():
        rule = RULES.get(path, {}).get(target)
        assert rule is None or rule(value) == value
    assert check_host(known["app.host"]) == known["app.host"]
    assert len(known["app.namespace"]) <= LABEL_LIMIT - len("-services")
    if target == "aks":
        assert len(f"MC_{known['cluster.resourceGroup']}_{known['cluster.name']}_westeurope") <= 80
