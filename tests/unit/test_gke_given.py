"""A right to pull that is there already is not given once more: the first stack to go would take it from the other."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.errors import ConfigError
from components.platforms.gke_given import has_role, unless_given
from sandbox.clouds.google import type_tokens as types
from tests.unit import gke_stacks as gke
from tests.unit import google_world as gw
from tests.unit.gke_stacks import run, stack
from tests.unit.google_world import Google, refused

READER = "roles/artifactregistry.reader"
NODES = "serviceAccount:nodes@my-project.iam.gserviceaccount.com"
WANTED = {"member": NODES, "role": READER, "repository": "images", "location": "europe-west1", "project": "shared"}


def policy(*members: str, role: str = READER, **more: object) -> str:
    return json.dumps({"bindings": [{"role": role, "members": list(members), **more}]})


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        (policy(NODES), True),
        (policy("allUsers", NODES), True),
        (policy("allUsers"), False),
        (policy(NODES, role="roles/artifactregistry.writer"), False),
        (policy(NODES, condition={"expression": "false"}), False),
        ('{"etag": "ACAB"}', False),
        ("", False),
    ],
)
def test_a_right_is_found_in_the_policy(text: str, is_there: bool) -> None:
    assert has_role(text, READER, NODES) is is_there


@pytest.mark.parametrize(
    ("cluster", "registry", "looks"),
    [
        (gke.OLD_CLUSTER, gke.OLD_REGISTRY, True),
        (gke.NEW_CLUSTER, gke.OLD_REGISTRY, False),
        (gke.OLD_CLUSTER, gke.NEW_REGISTRY, False),
    ],
)
def test_only_where_both_are_there_somebody_may_have_given_it(
    cluster: Mapping[str, object], registry: Mapping[str, object], looks: bool
) -> None:
    _, graph = run(stack(cluster, registry))
    assert ("before_create" in graph.one(gke.READER).hooks) is looks


class Asked:
    """The hook of a right, as the engine calls it before it makes one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: str | Exception) -> None:
        self.answer = answer
        self.places: list[object] = []
        self.hooks: list[Any] = []
        monkeypatch.setattr(pulumi, "ResourceHook", self.hook)
        monkeypatch.setattr(pulumi.runtime, "invoke_async", self.invoke)

    def hook(self, name: str, callback: Any) -> Any:
        _ = name
        self.hooks.append(callback)
        return callback

    async def invoke(self, token: str, place: object, opts: pulumi.InvokeOptions) -> Mapping[str, str]:
        assert (token, opts.provider) == (gke.GET_POLICY, None)
        self.places.append(place)
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"policyData": self.answer}

    def call(self) -> None:
        unless_given(pulumi.ResourceOptions(), gke.STACK)
        (hook,) = self.hooks
        asyncio.run(hook(pulumi.ResourceHookArgs("urn", "id", "nodes-pull", gke.READER, new_inputs=WANTED)))


def test_what_somebody_gave_is_refused_with_the_key_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch, policy(NODES))
    with pytest.raises(ConfigError) as caught:
        asked.call()
    said = str(caught.value)
    assert said.startswith("Pulumi.gke.yaml\n  registry.attachPull: serviceAccount:nodes@my-project")
    assert "pulumi config set --path registry.attachPull false -s gke" in said
    assert asked.places == [{"location": "europe-west1", "project": "shared", "repository": "images"}]


@pytest.mark.parametrize("answer", [policy("allUsers"), Exception("Error 403: Permission denied")])
def test_what_is_new_or_cannot_be_looked_up_is_given(monkeypatch: pytest.MonkeyPatch, answer: str | Exception) -> None:
    asked = Asked(monkeypatch, answer)
    asked.call()
    assert len(asked.places) == 1


def test_the_simulated_cloud_shows_each_member_once(tmp_path: Path) -> None:
    google = Google(tmp_path)
    place = {"location": "europe-west1", "repository": "images"}
    refused(lambda: google.call("getRepositoryIamPolicy", **place), "artifactregistry.repositories.getIamPolicy")
    google.wired()
    google.make(types.REPOSITORY_MEMBER, gw.READER)
    found = google.call("getRepositoryIamPolicy", **place)
    assert json.loads(found["policyData"]) == {"bindings": [{"role": READER, "members": [gw.READER["member"]]}]}
    assert found["id"] == gw.REPOSITORY_ID
