"""Talking to an API server, tried on one that is as plain as possible."""

import json
import logging
import threading
from pathlib import Path
from typing import Any

import pytest

from pulls import cluster as module
from pulls.cluster import ApiCluster, ClusterError, connect, connect_text
from pulls.login_program import logged_errors
from tests.unit.plain_api import TOKEN, Asked, Reply, kubeconfig, plain_api, status
from tests.unit.raw_servers import raw_server

Json = dict[str, Any]


def ok(_: Asked) -> Reply:
    return Reply(200, {"items": [{"metadata": {"name": "a"}}]})


@pytest.mark.parametrize(
    ("kind", "namespace", "path"),
    [
        ("pods", "shop", "/api/v1/namespaces/shop/pods"),
        ("pods", "", "/api/v1/pods"),
        ("events", "shop", "/api/v1/namespaces/shop/events"),
        ("nodes", "", "/api/v1/nodes"),
        ("nodes", "shop", "/api/v1/nodes"),
        ("deployments", "shop", "/apis/apps/v1/namespaces/shop/deployments"),
        ("jobs", "shop", "/apis/batch/v1/namespaces/shop/jobs"),
    ],
)
def test_a_list_asks_where_the_kind_lives(kind: str, namespace: str, path: str) -> None:
    with plain_api(ok) as api:
        assert connect_text(api.kubeconfig).list(kind, namespace) == [{"metadata": {"name": "a"}}]
    (asked,) = api.asked
    assert (asked.method, asked.path, asked.query) == ("GET", path, {})


def test_selectors_are_part_of_the_question() -> None:
    with plain_api(ok) as api:
        connect_text(api.kubeconfig).list("pods", "shop", labels="a/b=c", fields="involvedObject.name=x")
    assert api.asked[0].query == {"labelSelector": "a/b=c", "fieldSelector": "involvedObject.name=x"}


def test_the_login_of_the_context_is_sent() -> None:
    with plain_api(ok) as api:
        connect_text(api.kubeconfig).list("pods")
        connect_text(api.kubeconfig, "other").list("pods")
    assert [each.authorization for each in api.asked] == [f"Bearer {TOKEN}", f"Bearer other-{TOKEN}"]


def test_a_kubeconfig_file_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    with plain_api(ok) as api:
        file.write_text(api.kubeconfig)
        assert connect("other", file).get("pods", "shop", "a")["items"]
    assert api.asked[0].path == "/api/v1/namespaces/shop/pods/a"


def test_an_object_is_made_as_it_was_given() -> None:
    body: Json = {"metadata": {"generateName": "a-"}, "spec": {"seconds": 1}}
    with plain_api(lambda asked: Reply(201, {**(asked.body or {}), "made": True})) as api:
        made = connect_text(api.kubeconfig).create("pods", "shop", body)
    assert made == {**body, "made": True}
    assert (api.of("POST"), api.asked[0].body) == (["/api/v1/namespaces/shop/pods"], body)


def test_an_object_is_removed_at_once() -> None:
    with plain_api(lambda _: Reply(200, {})) as api:
        connect_text(api.kubeconfig).delete("pods", "shop", "a")
    assert api.of("DELETE") == ["/api/v1/namespaces/shop/pods/a"]
    assert (api.asked[0].body or {})["gracePeriodSeconds"] == 0


def test_what_is_gone_already_need_not_be_removed() -> None:
    with plain_api(lambda _: None) as api:
        connect_text(api.kubeconfig).delete("pods", "shop", "a")
    assert len(api.asked) == 1


def test_a_removal_that_is_refused_is_an_error() -> None:
    with plain_api(lambda _: status(403, "no")) as api, pytest.raises(ClusterError, match="no") as error:
        connect_text(api.kubeconfig).delete("pods", "shop", "a")
    assert error.value.status == 403


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (status(403, 'pods "a" is forbidden: exceeded quota'), 'GET /api/v1/nodes: pods "a" is forbidden: exceeded'),
        (status(401, "Unauthorized"), "GET /api/v1/nodes: Unauthorized"),
        (Reply(502, b"  <html>bad gateway</html>"), "<html>bad gateway</html>"),
        (Reply(500, ["no status"]), "no status"),
        (Reply(404, None), "refuses GET"),
    ],
)
def test_a_refusal_says_what_was_asked_and_why_not(reply: Reply, said: str) -> None:
    with plain_api(lambda _: reply) as api, pytest.raises(ClusterError) as error:
        connect_text(api.kubeconfig).list("nodes")
    assert said in str(error.value)
    assert error.value.status == reply.status
    assert TOKEN not in str(error.value)


@pytest.mark.parametrize("body", [b"<html>please log in</html>", b"", b"[1]", b"null", b"7", b'"text"'])
def test_an_answer_that_no_api_server_gives_is_an_error_without_a_status(body: bytes) -> None:
    with plain_api(lambda _: Reply(200, body)) as api:
        cluster = connect_text(api.kubeconfig)
        for ask in (lambda: cluster.list("pods"), lambda: cluster.get("pods", "shop", "a")):
            with pytest.raises(ClusterError, match="is no API server") as error:
                ask()
            assert error.value.status == 0


@pytest.mark.parametrize("body", [{"items": None}, {"items": ["x"]}, {"items": {}}, {"kind": "Status"}, {}])
def test_an_answer_that_is_no_list_is_an_error_and_not_a_list_of_nothing(body: Json) -> None:
    with plain_api(lambda _: Reply(200, body)) as api, pytest.raises(ClusterError, match="no Kubernetes list") as error:
        connect_text(api.kubeconfig).list("pods")
    assert error.value.status == 0


def test_a_list_may_be_empty() -> None:
    with plain_api(lambda _: Reply(200, {"items": []})) as api:
        assert connect_text(api.kubeconfig).list("pods") == []


def with_program(command: str, *args: str) -> str:
    """A kubeconfig whose login is a program's."""
    document = json.loads(kubeconfig("http://127.0.0.1:1"))
    exec_: Json = {"apiVersion": "client.authentication.k8s.io/v1", "command": command, "args": [*args]}
    document["users"][0]["user"] = {"exec": {**exec_, "interactiveMode": "Never"}}
    return json.dumps(document)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-program", "install it, or put it on PATH, then try: no-such-program"),
        ("gke-gcloud-auth-plugin", "install it (gcloud components install gke-gcloud-auth-plugin)"),
        ("/no/such/kubelogin", "install it (az aks install-cli)"),
        ("/dev/null", "the program '/dev/null', which cannot be started here"),
    ],
)
def test_a_login_program_that_is_missing_is_named_with_what_to_install(
    command: str, said: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ClusterError, match="the kubeconfig logs in with the program") as error:
        connect_text(with_program(command))
    assert said in str(error.value)
    assert capfd.readouterr() == ("", "")


def test_a_login_program_that_fails_is_told_with_its_words_and_without_a_credential() -> None:
    text = with_program("/bin/sh", "-c", "echo 'expired: password=Zq9abcdefghij' >&2; exit 3")
    with pytest.raises(
        ClusterError, match=r"the kubeconfig's login failed: exec: process returned 3. expired"
    ) as error:
        connect_text(text)
    assert "Zq9abcdefghij" not in str(error.value)


def test_what_others_log_meanwhile_is_printed_as_ever(caplog: pytest.LogCaptureFixture) -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.filters[:])
    with logged_errors() as found:
        other = threading.Thread(target=root.error, args=("of another thread",))
        other.start()
        other.join()
        root.error("of this one")
    assert found == ["of this one"]
    assert caplog.messages == ["of another thread"]
    assert (root.handlers, root.filters) == before


@pytest.mark.parametrize("previous", [True, False])
def test_the_last_lines_of_a_log_are_text(previous: bool) -> None:
    with plain_api(lambda _: Reply(200, "zuletzt ü\n".encode() + b"\xff")) as api:
        text = connect_text(api.kubeconfig).logs("shop", "a", "web", lines=5, previous=previous)
    assert text == "zuletzt ü\n\ufffd"
    assert api.asked[0].path == "/api/v1/namespaces/shop/pods/a/log"
    before = {"previous": "true"} if previous else {}
    assert api.asked[0].query == {"container": "web", "tailLines": "5", **before}


def test_a_log_that_is_not_there_is_empty() -> None:
    with plain_api(lambda _: status(400, "previous terminated container not found")) as api:
        assert connect_text(api.kubeconfig).logs("shop", "a", "web", lines=5, previous=True) == ""


def cluster_at(host: str, monkeypatch: pytest.MonkeyPatch) -> ApiCluster:
    """With a time-out that a test can wait for."""
    monkeypatch.setattr(module, "_SECONDS", (0.05, 0.05))
    return connect_text(kubeconfig(f"http://{host}"))


def test_a_server_that_says_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(lambda _, ended: void(ended.wait(5))) as host:
        cluster = cluster_at(host, monkeypatch)
        with pytest.raises(ClusterError, match="does not answer POST /api/v1/namespaces/shop/pods: ") as error:
            cluster.create("pods", "shop", {})
    assert error.value.status == 0


def void(_: object) -> None:
    """What comes is of no interest."""


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_server_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(lambda _, ended: void(ended)) as host:
        cluster = cluster_at(host, monkeypatch)
    for ask in (lambda: cluster.list("pods"), lambda: cluster.delete("pods", "shop", "a")):
        with pytest.raises(ClusterError, match="does not answer") as error:
            ask()
        assert (error.value.status, TOKEN in str(error.value)) == (0, False)


def test_answers_are_read_by_several_threads_at_once() -> None:
    meet = threading.Barrier(3)

    def together(asked: Asked) -> Reply:
        meet.wait(10)
        return Reply(200, {"items": [{"path": asked.path}]})

    found: list[Json] = []
    with plain_api(together) as api:
        cluster = connect_text(api.kubeconfig)

        def ask(kind: str) -> None:
            found.extend(cluster.list(kind))

        threads = [threading.Thread(target=ask, args=(kind,)) for kind in ("pods", "events", "nodes")]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert sorted(each["path"] for each in found) == ["/api/v1/events", "/api/v1/nodes", "/api/v1/pods"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "neither JSON nor YAML"),
        ("", "cannot be used"),
        ("just text", "cannot be used"),
        ("[]", "cannot be used"),
        ("{}", "cannot be used"),
        (f'{{"users": [{{"token": "{TOKEN}"}}]}}', "cannot be used"),
    ],
)
def test_a_text_that_is_no_kubeconfig_is_told_without_what_is_in_it(text: str, reason: str) -> None:
    with pytest.raises(ClusterError, match=reason) as error:
        connect_text(text)
    assert TOKEN not in str(error.value)


def test_a_context_that_is_not_there_is_named() -> None:
    with pytest.raises(ClusterError, match="staging"):
        connect_text(kubeconfig("http://127.0.0.1:1"), "staging")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="cannot be used"):
        connect(None, tmp_path / "none")
