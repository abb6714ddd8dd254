"""What a cluster is asked before anything starts, and that a refusal to answer refuses nothing."""

import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from components.kubeconfig import Context
from components.platforms.cluster_facts import Facts, read_facts, ready_platforms
from tests.unit.api_server import CLASSES, NODES, TOKEN, ApiServer, classes, listed, node, serve

ANSWERS = {CLASSES: classes("traefik", "nginx"), NODES: listed(node("linux/amd64"), node("linux/arm64"))}
FACTS = Facts(("nginx", "traefik"), ("linux/amd64", "linux/arm64"))


@pytest.fixture
def api(tmp_path: Path) -> Generator[ApiServer]:
    with serve(tmp_path, ANSWERS) as server:
        yield server


def facts(context: Context) -> Facts:
    return read_facts(context, 5)


def test_both_are_asked_with_the_contexts_certificate_which_is_left_nowhere(
    api: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert facts(api.context()) == FACTS
    assert [path.partition("?")[0] for path, _, _ in api.asked] == [CLASSES, NODES]
    assert all("'tester'" in subject for _, subject, _ in api.asked)
    assert list(folder.iterdir()) == []


def test_a_token_is_sent_and_so_is_one_in_a_file(api: ApiServer, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert facts(api.context(api.kubeconfig(token=TOKEN))) == FACTS
    assert facts(api.context(api.kubeconfig(tokenFile="token"))) == FACTS
    assert {authorization for _, _, authorization in api.asked} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    "user",
    [
        {"exec": {"command": "aws"}},
        {"auth-provider": {"name": "gcp"}},
        {"username": "a", "password": "b"},
        {"token": "a", "as": "b"},
    ],
)
def test_a_login_that_takes_more_than_the_kubeconfig_is_not_tried(api: ApiServer, user: dict[str, Any]) -> None:
    assert facts(api.context(api.kubeconfig(**user))) == Facts()
    assert api.asked == []


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_refusal_is_no_answer(api: ApiServer, status: int) -> None:
    api.answers[CLASSES] = status
    assert facts(api.context()) == Facts(None, FACTS.node_platforms)
    api.answers = {CLASSES: ANSWERS[CLASSES], NODES: status}
    assert facts(api.context()) == Facts(FACTS.ingress_classes, None)


SHAPES: list[Any] = [{}, [], "x", {"items": "x"}, {"items": [{}]}, {"items": [{"status": None}]}]


@pytest.mark.parametrize("answer", SHAPES)
def test_an_answer_of_another_shape_is_no_answer(api: ApiServer, answer: object) -> None:
    api.answers[NODES] = answer
    assert facts(api.context()).node_platforms is None


def test_a_certificate_of_another_authority_is_not_trusted(api: ApiServer, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with serve(tmp_path / "other", ANSWERS) as other:
        document = api.kubeconfig()
        document["clusters"][0]["cluster"]["server"] = other.url
        assert facts(api.context(document)) == Facts()
        document["clusters"][0]["cluster"]["insecure-skip-tls-verify"] = True
        document["users"][0]["user"] = {"token": TOKEN}
        assert facts(api.context(document)) == FACTS


def test_a_certificate_may_be_for_another_name(tmp_path: Path) -> None:
    with serve(tmp_path, ANSWERS, name="kubernetes") as api:
        document = api.kubeconfig()
        assert facts(api.context(document)) == Facts()
        document["clusters"][0]["cluster"]["tls-server-name"] = "kubernetes"
        assert facts(api.context(document)) == FACTS


def test_a_server_below_a_path_is_asked_there(api: ApiServer) -> None:
    document = api.kubeconfig()
    document["clusters"][0]["cluster"]["server"] = f"{api.url}/k8s/clusters/c-1/"
    assert facts(api.context(document)) == Facts()
    assert api.asked[0][0] == f"/k8s/clusters/c-1{CLASSES}"


@pytest.mark.parametrize("text", ["", "{}", "clusters: []\nusers: []", "clusters: [{cluster: {server: 'x://['}}]"])
def test_a_kubeconfig_of_another_shape_has_no_facts(text: str) -> None:
    assert facts(Context("x", "https://127.0.0.1:1", proxied=False, text=text)) == Facts()


def test_a_cluster_that_is_reached_through_a_proxy_is_not_asked(api: ApiServer) -> None:
    document = api.kubeconfig()
    document["clusters"][0]["cluster"]["proxy-url"] = "http://127.0.0.1:1"
    assert facts(api.context(document)) == Facts()
    assert api.asked == []


def test_only_nodes_that_are_ready_count_and_only_when_all_are_listed() -> None:
    one, other = node("linux/amd64"), node("linux/arm64", ready="Unknown")
    assert ready_platforms(listed(one, one, other)) == ("linux/amd64",)
    assert ready_platforms(listed(other)) is None
    assert ready_platforms(listed()) is None
    assert ready_platforms(listed(one, more="token")) is None
