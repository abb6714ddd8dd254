"""A right to pull that is there already is not given once more: the first stack to go would take it from the other."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime.invoke import InvokeResult

from components.errors import ConfigError
from components.platforms.eks_given import POLICY_IS_NEW
from components.platforms.given_already import Json, Question, give_new
from components.platforms.gke_given import READER_IS_NEW, has_role
from components.stack_file import StackFile
from sandbox.clouds.google import type_tokens as types
from tests.unit import eks_account as eks
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

    def __init__(self, monkeypatch: pytest.MonkeyPatch, case: "Case", answer: Json | Exception) -> None:
        self.case, self.answer = case, answer
        self.places: list[object] = []
        self.hooks: list[Any] = []
        monkeypatch.setattr(pulumi, "ResourceHook", self.hook)
        monkeypatch.setattr(pulumi.runtime, "invoke_async", self.invoke)

    def hook(self, name: str, callback: Any) -> Any:
        _ = name
        self.hooks.append(callback)
        return callback

    async def invoke(self, token: str, place: object, opts: pulumi.InvokeOptions) -> Json:
        assert (token, opts.provider) == (self.case.question.function, None)
        self.places.append(place)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def call(self, *others: Json) -> None:
        give_new(self.case.question, [self.case.wanted, *others], made, pulumi.ResourceOptions(), self.case.stack)
        (hook,) = self.hooks
        asyncio.run(hook(pulumi.ResourceHookArgs("urn", "id", "nodes-pull", "a:b:C", new_inputs={**self.case.wanted})))


def made(number: int, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    """Something that stands for a right."""
    _ = number
    assert opts.hooks is not None
    return pulumi.Resource.__new__(pulumi.Resource)


@dataclass(frozen=True)
class Case:
    """How one cloud is asked."""

    question: Question
    stack: StackFile
    wanted: Json
    place: Json
    given: Json
    new: Json
    says: str


PULL = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
CASES = {
    "gke": Case(
        question=READER_IS_NEW,
        stack=gke.STACK,
        wanted=WANTED,
        place={"location": "europe-west1", "project": "shared", "repository": "images"},
        given={"policyData": policy(NODES)},
        new={"policyData": policy("allUsers")},
        says=f"registry.attachPull: {NODES} has {READER} on the repository images already",
    ),
    "eks": Case(
        question=POLICY_IS_NEW,
        stack=StackFile("eks"),
        wanted={"role": "web-nodes", "policyArn": PULL},
        place={"roleName": "web-nodes"},
        given={"attachedPolicies": [{"policyArn": "arn:aws:iam::aws:policy/Other"}, {"policyArn": PULL}]},
        new={"attachedPolicies": [{"policyArn": "arn:aws:iam::aws:policy/Other"}]},
        says="cluster.attachPull: the role web-nodes has AmazonEC2ContainerRegistryPullOnly already",
    ),
}


@pytest.mark.parametrize("target", CASES)
def test_what_somebody_gave_is_refused_with_the_key_to_set(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    case = CASES[target]
    asked = Asked(monkeypatch, case, case.given)
    with pytest.raises(ConfigError) as caught:
        asked.call()
    said = str(caught.value)
    assert said.startswith(f"Pulumi.{target}.yaml\n  {case.says}, from another stack or by hand.")
    assert f"pulumi config set --path {'.'.join(map(str, case.question.key))} false -s {target}" in said
    assert asked.places == [case.place]


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("target", CASES)
def test_what_is_new_or_cannot_be_looked_up_is_given(
    monkeypatch: pytest.MonkeyPatch, target: str, *, refused: bool
) -> None:
    case = CASES[target]
    asked = Asked(monkeypatch, case, Exception("Error 403: Permission denied") if refused else case.new)
    asked.call()
    assert len(asked.places) == 1


ROLES = ("arn:aws:iam::123456789012:role/batch-role", "arn:aws:iam::123456789012:role/web-role")
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def attached(*there: str) -> Mapping[str, Any]:
    """What AWS answers where these roles have the policy."""

    def answer(arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {"attachedPolicies": [{"policyArn": PULL}] if arguments["roleName"] in there else []}

    return {"getRolePolicyAttachments": answer}


@pytest.mark.parametrize(
    ("there", "waits"),
    [
        ((), []),
        (("web-role",), [("pull-batch-role", "pull-web-role")]),
        (("batch-role", "web-role"), []),
    ],
)
def test_nothing_is_given_before_it_is_known_that_all_of_it_may_be(
    there: tuple[str, ...], waits: list[tuple[str, str]]
) -> None:
    given = eks.settings(cluster={**eks.OLD_CLUSTER, "attachPull": True})
    graph, _ = eks.run(given, attached(*there))
    names = {each.urn: each.name for each in graph.all(ATTACHMENT)}
    assert [(each.name, names[urn]) for each in graph.all(ATTACHMENT) for urn in each.dependencies & {*names}] == waits


def test_a_right_that_stands_alone_is_looked_at_only_when_it_is_made() -> None:
    given = eks.settings(cluster={**eks.OLD_CLUSTER, "attachPull": True, "nodeRoles": ["web-role"]})
    graph, _ = eks.run(given, attached("web-role"))
    assert "aws:iam/getRolePolicyAttachments:getRolePolicyAttachments" not in dict(graph.calls)


BATCH = "serviceAccount:batch@my-project.iam.gserviceaccount.com"
OTHERS = {
    "eks": (
        {"role": "batch-nodes", "policyArn": PULL},
        f"aws iam attach-role-policy --role-name batch-nodes --policy-arn {PULL}",
        {"attachedPolicies": [{"policyArn": PULL}]},
    ),
    "gke": (
        {**WANTED, "member": BATCH},
        "gcloud artifacts repositories add-iam-policy-binding images --location=europe-west1 --project=shared "
        f"--member={BATCH} --role={READER}",
        {"policyData": policy(BATCH)},
    ),
}


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("target", CASES)
def test_what_the_other_nodes_lack_is_told_with_the_command_that_gives_it(
    monkeypatch: pytest.MonkeyPatch, target: str, *, is_known: bool
) -> None:
    case, (other, command, given) = CASES[target], OTHERS[target]
    asked = Asked(monkeypatch, case, case.given)

    def answered(*_: object) -> InvokeResult:
        return InvokeResult({**(given if is_known else case.new)})

    monkeypatch.setattr(pulumi.runtime, "invoke", answered)
    with pytest.raises(ConfigError) as caught:
        asked.call(other)
    said = str(caught.value)
    assert "; what the other nodes lack is then given by hand" in said
    _, _, *commands = said.splitlines()
    later = "  # once more after pulumi up, which takes away what this stack gave" if is_known else ""
    assert commands[1:] == [f"      {command}{later}"]


def test_the_simulated_cloud_shows_each_member_once(tmp_path: Path) -> None:
    google = Google(tmp_path)
    place = {"location": "europe-west1", "repository": "images"}
    refused(lambda: google.call("getRepositoryIamPolicy", **place), "artifactregistry.repositories.getIamPolicy")
    google.wired()
    google.make(types.REPOSITORY_MEMBER, gw.READER)
    found = google.call("getRepositoryIamPolicy", **place)
    assert json.loads(found["policyData"]) == {"bindings": [{"role": READER, "members": [gw.READER["member"]]}]}
    assert found["id"] == gw.REPOSITORY_ID
