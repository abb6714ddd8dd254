"""Images that are in no registry: how a rehearsal looks for them, and what a node's text about them means."""

from typing import Any

import pytest

from pulls.causes import Code
from pulls.classify import classify
from pulls.kubelet.node_classes import node_classes
from pulls.loaded import is_loaded
from pulls.registry.second_opinion import second_opinion
from pulls.rehearsal.pod import Rehearsal, rehearsal_pod
from tests.unit.fake_cluster import PULLED, FakeCluster, node
from tests.unit.scripted_rehearsal import Run

IMAGE = "loaded.invalid/team/web:0123"
HOSTNAME = "kubernetes.io/hostname"


def spec(image: str = IMAGE) -> dict[str, Any]:
    return {"containers": [{"name": "web", "image": image}]}


@pytest.mark.parametrize("image", ["loaded.invalid.example.com/web:1", "team/loaded.invalid/web:1", "web:1"])
def test_only_the_host_says_that_an_image_is_loaded(image: str) -> None:
    assert is_loaded(IMAGE)
    assert not is_loaded(image)


def test_a_rehearsal_asks_a_node_for_it_and_nobody_else() -> None:
    both = {"containers": [*spec()["containers"], {"name": "log", "image": "r.example.com/log:1"}]}
    pod = rehearsal_pod(Rehearsal("shop", "web", both), "mark", labels=(), deadline=9)
    policies = {each["image"]: each["imagePullPolicy"] for each in pod["spec"]["containers"]}
    assert policies == {IMAGE: "Never", "r.example.com/log:1": "Always"}


def test_each_node_is_asked_as_each_has_it_or_not() -> None:
    nodes = [node(name, labels={HOSTNAME: name}) for name in ("one", "two")]
    assert len(node_classes(nodes, {})) == 1
    apart = node_classes(nodes, {}, apart=True)
    assert [(dict(each.labels)[HOSTNAME], each.name) for each in apart] == [
        ("one", "linux/amd64"),
        ("two", "linux/amd64"),
    ]


@pytest.mark.parametrize(("image", "pods"), [(IMAGE, 2), ("r.example.com/web:1", 1)])
def test_a_rehearsal_has_a_pod_on_each_node_for_it(image: str, pods: int) -> None:
    nodes = [node(name, labels={HOSTNAME: name}) for name in ("one", "two")]
    run = Run(FakeCluster({"amd64": [[PULLED]] * 2}, nodes=nodes), spec=spec(image))
    assert len(run.report().classes) == pods
    assert len(run.cluster.created) == pods


def test_no_registry_is_asked_about_it() -> None:
    assert second_opinion(FakeCluster({}), "shop", spec(), IMAGE) is None


NOT_THERE = f'failed to pull and unpack image "{IMAGE}": failed to resolve reference "{IMAGE}": '


@pytest.mark.parametrize(
    "said",
    [
        'Head "https://loaded.invalid/v2/team/web/manifests/0123": dial tcp: lookup loaded.invalid: no such host',
        "unexpected status from HEAD request to http://proxy.example.com: 403 Forbidden",
        'Head "https://loaded.invalid/v2/": proxyconnect tcp: dial tcp 10.0.0.1:3128: i/o timeout',
    ],
)
def test_whatever_a_node_hears_of_a_registry_that_cannot_be_means_that_it_was_not_loaded(said: str) -> None:
    found = classify("ErrImagePull", NOT_THERE + said)
    assert (found.code, found.kind) == (Code.NOT_LOADED, "permanent")
    assert found.evidence


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{NOT_THERE}write /var/lib/containerd/x: no space left on device", Code.DISK_FULL),
        (
            f'Failed to inspect image "{IMAGE}": rpc error: code = Unavailable desc = connection error',
            Code.RUNTIME_BROKEN,
        ),
    ],
)
def test_what_a_node_says_of_itself_stays_what_it_is(text: str, code: Code) -> None:
    assert classify("ErrImagePull", text).code is code
