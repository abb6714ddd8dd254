"""The registry's word on an image, asked for a pod: with its login, and for the nodes that it may go to."""

import base64
import json
from collections.abc import Iterator

import pytest

from pulls.cluster import ClusterError
from pulls.registry.answer import Answer, Outcome
from pulls.registry.second_opinion import second_opinion
from tests.unit.fake_cluster import FakeCluster, Json, failing, node
from tests.unit.registry_server import PASSWORD, USER, Registry, registry


@pytest.fixture
def served() -> Iterator[Registry]:
    with registry() as each:
        yield each


def opinion(served: Registry, cluster: FakeCluster, **spec: object) -> Answer | None:
    return second_opinion(cluster, "shop", spec, f"{served.host}/team/web:1")


def secret(host: str, user: str, password: str) -> Json:
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    text = json.dumps({"auths": {host: {"auth": auth}}})
    return {"metadata": {"name": "login"}, "data": {".dockerconfigjson": base64.b64encode(text.encode()).decode()}}


def test_what_the_nodes_lack_is_said_of_those_that_the_pod_may_go_to(served: Registry) -> None:
    served.push_image("team/web", "1", "linux/arm64")
    nodes = (node("a"), node("b", "arm64"))
    both = opinion(served, FakeCluster(nodes=nodes))
    assert both is not None
    assert both.missing_platforms == ("linux/amd64",)
    one = opinion(served, FakeCluster(nodes=nodes), nodeSelector={"kubernetes.io/arch": "arm64"})
    assert one is not None
    assert one.missing_platforms == ()


def test_whoever_may_not_look_at_nodes_is_told_of_the_image_alone(served: Registry) -> None:
    served.push_image("team/web", "1", "linux/arm64")
    cluster = FakeCluster(errors=failing(("list", "nodes", ClusterError("forbidden", 403))))
    answer = opinion(served, cluster)
    assert answer is not None
    assert (answer.outcome, answer.platforms, answer.missing_platforms) == (Outcome.PRESENT, ("linux/arm64",), ())


def test_the_pods_own_login_is_used(served: Registry) -> None:
    served.auth = "basic"
    served.push_image("team/web", "1")
    named = [{"name": "login"}]
    good = FakeCluster(lists={"secrets": [secret(served.host, USER, PASSWORD)]})
    answer = opinion(served, good, imagePullSecrets=named)
    assert answer is not None
    assert answer.outcome is Outcome.PRESENT
    bad = FakeCluster(lists={"secrets": [secret(served.host, USER, "wrong")]})
    answer = opinion(served, bad, imagePullSecrets=named)
    assert answer is not None
    assert answer.outcome is Outcome.REFUSED_LOGIN


def test_nothing_is_said_with_a_login_that_may_not_be_read(served: Registry) -> None:
    cluster = FakeCluster(errors=failing(("get", "login", ClusterError("forbidden", 403))))
    assert opinion(served, cluster, imagePullSecrets=[{"name": "login"}]) is None
