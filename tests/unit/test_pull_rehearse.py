"""The rehearsal on a scripted cluster: what it reports, what it refuses, and what it only warns of."""

import pytest

from pulls.causes import Code
from pulls.cluster import ClusterError
from pulls.rehearse import Budget
from tests.unit.fake_cluster import (
    ARM,
    BOTH,
    BUSY,
    CREATING,
    IMAGE,
    NO_PLACE,
    NOT_FOUND,
    POD,
    PULLED,
    PULLING,
    SPEC,
    STARTED,
    FakeCluster,
    Json,
    failing,
    node,
    one,
    refused,
    said,
    shown,
    waiting,
)
from tests.unit.scripted_rehearsal import Run

TWO = {"containers": [{"name": "web", "image": IMAGE}, {"name": "log", "image": "registry.example.com/log:1"}]}


# What is fine


def test_an_image_that_arrives_is_reported_and_its_pod_is_gone() -> None:
    pulled = f'Successfully pulled image "{IMAGE}" in 1m2.5s (1m3s including waiting). Image size: 1048576 bytes.'
    run = Run(FakeCluster(one([PULLING, PULLING, PULLED]), events=[said(POD.format(1), pulled, "Pulled")]))
    report = run.report()
    assert [(each.image, each.seconds, each.size) for each in report.pulls] == [(IMAGE, 62.5, 1048576)]
    assert [each.name for each in report.pulled] == ["linux/amd64"]
    assert (report.warnings, run.said, run.cluster.pods) == ([], [], {})
    assert report.seconds == pytest.approx(0.2)


def test_each_class_of_nodes_gets_one_pod_of_its_own() -> None:
    run = Run(FakeCluster({"amd64": [[PULLED]], ARM: [[PULLED]]}, nodes=(*BOTH, node("node-3", ARM))))
    report = run.report()
    assert [each.name for each in report.pulled] == ["linux/arm64", "linux/amd64"]
    assert len(run.cluster.created) == 2


def test_a_class_of_nodes_that_the_apps_affinity_leaves_out_gets_none() -> None:
    only = {"matchExpressions": [{"key": "kubernetes.io/arch", "operator": "NotIn", "values": [ARM]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [only]}}
    run = Run(FakeCluster(one([PULLED]), nodes=BOTH), spec={**SPEC, "affinity": {"nodeAffinity": required}})
    assert [each.name for each in run.report().classes] == ["linux/amd64"]
    assert len(run.cluster.created) == 1


@pytest.mark.parametrize(
    "cluster",
    [
        FakeCluster({"": [[PULLED]]}, errors=failing(("list", "nodes", ClusterError("forbidden", 403)))),
        FakeCluster({"": [[PULLED]]}, nodes=[]),
        FakeCluster({"": [[PULLED]]}, nodes=[node("node-1", ready="False")]),
    ],
)
def test_nodes_that_are_not_known_get_one_pod_that_may_go_anywhere(cluster: FakeCluster) -> None:
    report = Run(cluster).report()
    assert [each.name for each in report.pulled] == ["any node"]
    (pod,) = cluster.created
    assert "nodeSelector" not in pod["spec"]


def test_all_images_of_a_pod_must_arrive() -> None:
    looks = [shown(STARTED, CREATING), shown(STARTED, CREATING), shown(STARTED, STARTED)]
    run = Run(FakeCluster(one(looks)), spec=TWO)
    run.report()
    assert run.seconds == pytest.approx(0.2)


# What is refused


def test_a_cause_that_stays_is_refused_at_the_first_look() -> None:
    run = Run(FakeCluster(one([PULLING, refused(NOT_FOUND)])))
    (refusal,) = run.refusal().refusals
    assert refusal.seen.verdict is not None
    assert (refusal.seen.verdict.code, refusal.seen.image, refusal.seen.node) == (Code.NOT_FOUND, IMAGE, "node-amd64")
    assert (refusal.tries, refusal.seconds) == (1, pytest.approx(0.1))
    assert run.cluster.pods == {}


def test_the_image_that_fails_is_named_beside_one_that_arrives() -> None:
    run = Run(FakeCluster(one([shown(STARTED, waiting("log:1: not found"))])), spec=TWO)
    assert run.refusal().refusals[0].seen.image == "registry.example.com/log:1"


def test_an_init_containers_image_is_pulled_and_refused_like_any_other() -> None:
    spec = {**SPEC, "initContainers": [{"name": "migrate", "image": "registry.example.com/migrate:1"}]}
    run = Run(FakeCluster(one([shown(waiting("migrate:1: not found"), STARTED)])), spec=spec)
    assert run.refusal().refusals[0].seen.image == "registry.example.com/migrate:1"


def test_an_image_that_is_only_mounted_is_refused_like_any_other() -> None:
    model = {"name": "model", "image": {"reference": "registry.example.com/model:1"}}
    run = Run(FakeCluster(one([shown(STARTED, waiting("model:1: not found"))])), spec={**SPEC, "volumes": [model]})
    assert run.refusal().refusals[0].seen.image == "registry.example.com/model:1"


def test_an_image_that_is_missing_is_not_hidden_by_one_whose_registry_is_busy() -> None:
    run = Run(FakeCluster(one([shown(waiting(BUSY), waiting("log:1: not found"))])), spec=TWO)
    assert run.refusal().refusals[0].seen.image == "registry.example.com/log:1"
    assert run.seconds < 1


def test_one_class_refuses_while_the_other_pulls() -> None:
    mismatch = "no match for platform in manifest: not found"
    run = Run(FakeCluster({"amd64": [[PULLING, PULLED]], ARM: [[refused(mismatch)]]}, nodes=BOTH))
    error = run.refusal()
    assert [each.node_class.platform for each in error.refusals] == ["linux/arm64"]
    assert [each.platform for each in error.report.pulled] == ["linux/amd64"]
    assert len(error.report.classes) == 2
    assert run.cluster.pods == {}


def test_after_a_refusal_the_others_get_a_moment_and_no_more() -> None:
    slow = {"amd64": [[PULLING]], ARM: [[refused(NOT_FOUND)]]}
    run = Run(FakeCluster(slow, nodes=BOTH))
    assert len(run.refusal().refusals) == 1
    assert 0.6 < run.seconds < 1
    both = {"amd64": [[*[PULLING] * 4, refused(NOT_FOUND)]], ARM: [[refused(NOT_FOUND)]]}
    run = Run(FakeCluster(both, nodes=BOTH))
    assert len(run.refusal().refusals) == 2
    assert run.cluster.pods == {}


# What is a warning


def test_a_pull_that_is_only_slow_is_no_refusal() -> None:
    run = Run(FakeCluster(one([PULLING])), Budget(30))
    report = run.report()
    assert report.warnings == ["linux/amd64: the pull takes longer than 30 s; the rollout goes on with it"]
    assert (report.pulled, run.cluster.pods) == ([], {})
    assert run.seconds == pytest.approx(30, abs=0.2)


_SANDBOX = "Failed to create pod sandbox: rpc error: code = "


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd.sock"',
         Code.RUNTIME_BROKEN),
        ('NotFound desc = failed to get sandbox image "r.example.com/pause:3": failed to pull image '
         '"r.example.com/pause:3": r.example.com/pause:3: not found', Code.NOT_FOUND),
    ],
)  # fmt: skip
def test_a_node_that_cannot_even_make_a_sandbox_for_want_of_runtime_or_image_is_a_refusal(
    text: str, code: Code
) -> None:
    events = [said(POD.format(number), _SANDBOX + text, "FailedCreatePodSandBox") for number in range(1, 20)]
    run = Run(FakeCluster(one([PULLING]), events=events), Budget(seconds=20))
    (found,) = run.refusal().refusals
    assert found.seen.verdict is not None
    assert found.seen.verdict.code is code
    assert run.seconds < (2 if code is Code.NOT_FOUND else 40)
    assert run.cluster.pods == {}


def test_a_network_that_is_not_ready_is_no_refusal() -> None:
    text = f'{_SANDBOX}Unknown desc = failed to setup network for sandbox "abc": plugin type="calico" failed (add)'
    events = [said(POD.format(1), text, "FailedCreatePodSandBox")]
    report = Run(FakeCluster(one([PULLING] * 40 + [PULLED]), events=events)).report()
    assert [each.name for each in report.pulled] == ["linux/amd64"]


def test_no_place_for_the_pod_is_no_refusal() -> None:
    run = Run(FakeCluster(one([NO_PLACE])))
    report = run.report()
    assert report.warnings == ["linux/amd64: no place for a rehearsal pod: 0/3 nodes are available"]
    assert run.seconds == pytest.approx(5, abs=0.2)
    assert run.cluster.pods == {}


def test_a_place_that_is_found_in_time_is_used() -> None:
    assert len(Run(FakeCluster(one([*[NO_PLACE] * 30, PULLING, PULLED]))).report().pulled) == 1


def test_a_pod_that_its_node_refuses_has_no_place() -> None:
    evicted = {"phase": "Failed", "reason": "OutOfcpu", "message": "Node didn't have enough resource: cpu"}
    (warning,) = Run(FakeCluster(one([evicted]))).report().warnings
    assert "OutOfcpu: Node didn't have enough resource" in warning


class Thief(FakeCluster):
    """Somebody else removes each pod before it is looked at."""

    def create(self, kind: str, namespace: str, body: Json, *, dry_run: bool = False) -> Json:
        made = super().create(kind, namespace, body, dry_run=dry_run)
        self.pods.clear()
        return made


def test_pods_that_somebody_else_removes_are_made_again_and_given_up_with_a_warning() -> None:
    run = Run(Thief(one([PULLED])), Budget(20))
    assert run.report().warnings == ["linux/amd64: its rehearsal pod was removed by somebody else"]
    assert len(run.cluster.created) > 1
    assert run.seconds < 40
