"""What happens around the change of a Deployment."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from components.errors import ConfigError
from components.rollout_inputs import PULL_SECRETS_MARK
from pulls.cluster import ClusterError
from pulls.registry.answer import Answer, Outcome
from tests.component.guarded import KUBECONFIG, Guarded, call, deployment
from tests.unit.fake_cluster import (
    FORBIDDEN,
    IMAGE,
    NOT_FOUND,
    POD,
    PULLED,
    PULLING,
    FakeCluster,
    Json,
    failing,
    refused,
    said,
)

OLD_IMAGE = "registry.example.com/shop/web:1"
ARRIVED = f'Successfully pulled image "{IMAGE}" in 1.5s (1.6s including waiting). Image size: 2500000 bytes.'


def cluster(*looks: Json, **more: Any) -> FakeCluster:
    return FakeCluster({"amd64": [looks]}, **more)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Answer]:
    """What the registry says by image; nothing as long as nothing is put in."""
    said: dict[str, Answer] = {}

    def opinion(_: object, namespace: str, spec: Json, image: str) -> Answer | None:
        assert (namespace, spec["containers"][0]["image"]) == ("shop", image)
        return said.get(image)

    monkeypatch.setattr("pulls.rehearsal.check.second_opinion", opinion)
    return said


def test_every_moment_has_its_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    hooks: dict[str, list[Any] | None] = vars(Guarded(monkeypatch, cluster()).hooks())
    names = {moment: [each.name for each in found] for moment, found in hooks.items() if found}
    assert names == {
        "before_create": ["web-before-rollout"],
        "before_update": ["web-before-rollout"],
        "after_create": ["web-after-rollout"],
        "after_update": ["web-after-rollout"],
        "on_error": ["web-failed-rollout"],
    }


# The rehearsal


@pytest.mark.parametrize("old", [None, deployment(OLD_IMAGE)])
def test_a_new_image_is_rehearsed_and_told_with_time_and_size(
    monkeypatch: pytest.MonkeyPatch, old: Json | None
) -> None:
    guarded = Guarded(monkeypatch, cluster(PULLED, events=[said(POD.format(1), ARRIVED, "Pulled")]))
    guarded.before(deployment(), old, context="staging")
    assert guarded.told("info") == [f"pull rehearsal: {IMAGE} in 1.5 s, 2.5 MB"]
    assert {*guarded.contexts} == {"staging"}
    (reaper,) = guarded.reapers
    assert (reaper.order, reaper.released) == ((KUBECONFIG, "staging", "shop"), True)
    there = guarded.cluster
    assert isinstance(there, FakeCluster)
    assert [each["metadata"]["labels"]["monadic-pipeline/rehearsal"] for each in there.created] == [reaper.mark]
    assert there.pods == {}


def test_a_changed_pull_secret_is_tried_though_no_pod_rolls(monkeypatch: pytest.MonkeyPatch) -> None:
    def of(version: str) -> Json:
        made = deployment()
        return {**made, "metadata": {**made["metadata"], "annotations": {PULL_SECRETS_MARK: version}}}

    tried = Guarded(monkeypatch, cluster(PULLED))
    tried.before(of("2"), of("1"))
    same = Guarded(monkeypatch, cluster(PULLED))
    same.before(of("2"), of("2"))
    assert [len(each.reapers) for each in (tried, same)] == [1, 0]


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_a_pull_that_cannot_work_ends_the_update_with_the_whole_cause(
    monkeypatch: pytest.MonkeyPatch, answers: dict[str, Answer], kind: str
) -> None:
    there = cluster(refused(NOT_FOUND))
    answers[IMAGE] = Answer(Outcome.NOT_FOUND, 404, "manifest unknown")
    guarded = Guarded(monkeypatch, there)
    with pytest.raises(ConfigError) as error:
        guarded.before(deployment(kind=kind), deployment(OLD_IMAGE, kind=kind))
    lines = str(error.value).splitlines()
    assert lines[0] == f"the new version cannot be pulled or run; the {kind} was not touched"
    assert f"  of       {kind}/web" in lines
    assert lines[1].startswith("not-found (permanent) on linux/amd64, tried on node-amd64: ")
    assert f"  verify   pulumi up -s {pulumi.get_stack()}" in lines
    assert "canary-token" not in str(error.value)
    assert [each.released for each in guarded.reapers] == [True]
    assert "  registry not-found (404): manifest unknown" in lines
    assert there.pods == {}
    assert not [each for each in there.asked if each == ("list", "deployments")]  # nothing is watched


@pytest.mark.usefixtures("answers")
def test_who_was_given_the_right_is_part_of_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    right = {"kind": "kubelet-identity", "identity": "id-of-kubelet", "role": "AcrPull", "resource": "acme"}
    guarded = Guarded(monkeypatch, cluster(refused(FORBIDDEN)))
    with pytest.raises(ConfigError, match="forbidden"):
        guarded.before(deployment(), pull_right=right, target="aks")
    guarded = Guarded(monkeypatch, cluster(refused(FORBIDDEN)))
    with pytest.raises(ConfigError, match="AcrPull on acme was given, and is refused to id-of-kubelet"):
        guarded.before(deployment(), pull_right=right, target="aks", fresh_seconds=1e-9)


@pytest.mark.usefixtures("answers")
def test_fix_commands_are_filled_with_what_the_platform_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"node_role": "web-nodes"}
    right = {"kind": "node-role", "identity": "arn", "role": "PullOnly", "resource": "acme", "facts": facts}
    guarded = Guarded(monkeypatch, cluster(refused(FORBIDDEN)))
    with pytest.raises(ConfigError, match="aws iam attach-role-policy --role-name web-nodes"):
        guarded.before(deployment(), pull_right=right, target="eks")


def test_an_image_that_arrives_and_is_for_another_processor_is_refused_too(
    monkeypatch: pytest.MonkeyPatch, answers: dict[str, Answer]
) -> None:
    answers[IMAGE] = Answer(Outcome.PRESENT, 200, platforms=("linux/arm64",))
    guarded = Guarded(monkeypatch, cluster(PULLED))
    with pytest.raises(ConfigError, match="the image is for linux/arm64; the nodes are linux/amd64"):
        guarded.before(deployment(), deployment(OLD_IMAGE))
    answers[IMAGE] = Answer(Outcome.PRESENT, 200, platforms=("linux/arm64", "linux/amd64"))
    Guarded(monkeypatch, cluster(PULLED)).before(deployment(), deployment(OLD_IMAGE))


@pytest.mark.parametrize(
    ("old", "args"),
    [
        (deployment(), {}),
        (deployment(volumes=[{"name": "data"}]), {}),
        (deployment(OLD_IMAGE), {"rehearsal": "off"}),
        (None, {"rehearsal": "off"}),
    ],
)
def test_nothing_is_rehearsed_when_nothing_of_the_pull_changes_or_it_is_off(
    monkeypatch: pytest.MonkeyPatch, old: Json | None, args: Mapping[str, Any]
) -> None:
    there = cluster(PULLED)
    guarded = Guarded(monkeypatch, there)
    guarded.before(deployment(), old, **args)
    assert (there.created, guarded.reapers, guarded.logs) == ([], [], [])


def test_a_slow_pull_is_a_warning_and_the_rollout_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = Guarded(monkeypatch, cluster(PULLING))
    guarded.before(deployment(), rehearsal_seconds=0)
    (warning,) = guarded.told("warn")
    assert warning == "pull rehearsal: linux/amd64: the pull takes longer than 0 s; the rollout goes on with it"


@pytest.mark.parametrize(
    "there",
    [
        ClusterError("the kubeconfig cannot be used"),
        cluster(PULLED, errors=failing(("list", "pods", ClusterError("no answer", 401)))),
    ],
)
def test_a_cluster_that_does_not_answer_ends_the_update_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, there: FakeCluster | ClusterError
) -> None:
    guarded = Guarded(monkeypatch, there)
    with pytest.raises(ConfigError, match=r"^the pull of web cannot be rehearsed: .*(no answer|cannot be used)$"):
        guarded.before(deployment())
    assert not any(each.released for each in guarded.reapers)  # they look once more when the program ends


def test_narrow_rights_of_whoever_deploys_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = ClusterError("pods is forbidden", 403)

    def may_not(verb: str, _: str) -> ClusterError | None:
        return denied if verb == "delete" else None

    guarded = Guarded(monkeypatch, cluster(PULLED, errors=may_not))
    guarded.before(deployment(), deployment(OLD_IMAGE))
    (warning,) = guarded.told("warn")
    assert warning.startswith("pull rehearsal: may not remove its pods; ")
    assert "kubectl -n shop delete pods -l monadic-pipeline/rehearsal=" in warning
    assert [each.released for each in guarded.reapers] == [False]


def test_secret_inputs_and_numbers_arrive_as_kubernetes_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    there = cluster(PULLED)
    guarded = Guarded(monkeypatch, there)

    async def work() -> None:
        hooks = guarded.hooks()
        new = deployment(securityContext={"runAsUser": 1654.0}, tolerations=[{"key": "a", "tolerationSeconds": 2.5}])
        new["spec"] = pulumi.Output.secret(new["spec"])
        await call(hooks.before_create, new)
        await call(hooks.after_create, new)

    asyncio.run(work())
    guarded.join()
    (pod,) = there.created
    user = pod["spec"]["securityContext"]["runAsUser"]
    assert (user, type(user)) == (1654, int)
    assert pod["spec"]["tolerations"][0]["tolerationSeconds"] == 2.5
