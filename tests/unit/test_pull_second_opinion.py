"""The registry's word on an image, asked for a pod: with its login, and for the nodes that it may go to."""

import base64
import json
from collections.abc import Iterator

import pytest

from pulls.cluster import ClusterError
from pulls.registry import second_opinion as module
from pulls.registry.ask import Answer, Login, Outcome
from pulls.registry.second_opinion import second_opinion
from tests.unit.fake_cluster import IMAGE, FakeCluster, Json, failing, node
from tests.unit.registry_server import PASSWORD, USER, Registry, registry


@pytest.fixture
def served() -> Iterator[Registry]:
    with registry() as each:
        yield each


def opinion(served: Registry, cluster: FakeCluster, **spec: object) -> Answer | None:
    return second_opinion(cluster, "shop", spec, f"{served.host}/team/web:1")


def secret(name: str, host: str, user: str = USER, password: str = PASSWORD) -> Json:
    config = json.dumps({"auths": {host: {"username": user, "password": password}}})
    return {"metadata": {"name": name}, "data": {".dockerconfigjson": base64.b64encode(config.encode()).decode()}}


def names(*secrets: str) -> Json:
    return {"imagePullSecrets": [{"name": each} for each in secrets]}


@pytest.fixture
def logins(monkeypatch: pytest.MonkeyPatch) -> list[Login | None]:
    """What the registry was asked with."""
    used: list[Login | None] = []

    def ask(image: str, *, login: Login | None, node_platforms: object, timeout: float) -> Answer:
        assert (image, node_platforms) == (IMAGE, ["linux/arm64"])
        assert timeout <= 1
        used.append(login)
        return Answer(Outcome.PRESENT)

    monkeypatch.setattr(module, "ask", ask)
    return used


@pytest.mark.parametrize(
    ("named", "user"),
    [
        ([], None),
        (["right"], "right"),
        (["gone", "right"], "right"),
        (["other", "right"], "right"),
        (["broken", "right"], "right"),
        (["gone", "other"], None),
    ],
)
def test_the_registry_is_asked_with_the_login_that_the_pod_has(
    logins: list[Login | None], named: list[str], user: str | None
) -> None:
    secrets = [
        secret("right", "registry.example.com", "right"),
        secret("other", "other.example.com", "other"),
        {"metadata": {"name": "broken"}, "data": None},
    ]
    cluster = FakeCluster(lists={"secrets": secrets}, nodes=(node("a", "arm64"),))
    assert second_opinion(cluster, "shop", names(*named), IMAGE) == Answer(Outcome.PRESENT)
    assert [each and each.username for each in logins] == [user]


@pytest.mark.parametrize("error", [ClusterError("forbidden", 403), ClusterError("no answer")])
def test_without_the_pods_login_nobody_is_asked(logins: list[Login | None], error: ClusterError) -> None:
    cluster = FakeCluster(lists={"secrets": [secret("a", "x")]}, errors=failing(("get", "a", error)))
    assert second_opinion(cluster, "shop", names("a"), IMAGE) is None
    assert logins == []


def old_secret(name: str, host: str, user: str) -> Json:
    """Of the type `kubernetes.io/dockercfg`: no level `auths`."""
    auth = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
    config = json.dumps({host: {"auth": auth, "email": "x"}})
    data = {".dockercfg": base64.b64encode(config.encode()).decode()}
    return {"metadata": {"name": name}, "type": "kubernetes.io/dockercfg", "data": data}


def test_a_secret_of_the_old_type_gives_its_login(logins: list[Login | None]) -> None:
    secrets = [old_secret("other", "other.example.com", "other"), old_secret("old", "registry.example.com", "old")]
    cluster = FakeCluster(lists={"secrets": secrets}, nodes=(node("a", "arm64"),))
    second_opinion(cluster, "shop", names("other", "old"), IMAGE)
    assert [each and each.username for each in logins] == ["old"]


@pytest.mark.parametrize(
    ("spec", "user"),
    [
        ({}, "of-default"),
        ({"serviceAccountName": "default"}, "of-default"),
        ({"serviceAccountName": "web"}, "of-web"),
        ({"serviceAccountName": "none"}, None),
        ({"serviceAccountName": "bare"}, None),
        ({"serviceAccountName": "web", **names("own")}, "own"),
    ],
)
def test_a_pod_without_secrets_has_those_of_its_service_account(
    logins: list[Login | None], spec: Json, user: str | None
) -> None:
    of = {"default": "of-default", "web": "of-web"}
    accounts = [{"metadata": {"name": each}, **names(secret)} for each, secret in of.items()]
    accounts.append({"metadata": {"name": "bare"}})
    secrets = [secret(each, "registry.example.com", each) for each in ("of-default", "of-web", "own")]
    cluster = FakeCluster(lists={"secrets": secrets, "serviceaccounts": accounts}, nodes=(node("a", "arm64"),))
    second_opinion(cluster, "shop", spec, IMAGE)
    assert [each and each.username for each in logins] == [user]


def test_whoever_may_not_read_accounts_asks_as_a_stranger(logins: list[Login | None]) -> None:
    forbidden = failing(("get", "default", ClusterError("forbidden", 403)))
    cluster = FakeCluster(nodes=(node("a", "arm64"),), errors=forbidden)
    assert second_opinion(cluster, "shop", {}, IMAGE) is not None
    assert logins == [None]


@pytest.mark.usefixtures("logins")
def test_a_secret_that_cannot_be_read_ends_nothing() -> None:
    broken = {"metadata": {"name": "a"}, "data": {".dockerconfigjson": "ab"}}
    cluster = FakeCluster(lists={"secrets": [broken]}, nodes=(node("a", "arm64"),))
    assert second_opinion(cluster, "shop", names("a"), IMAGE) is None


def test_an_image_that_is_no_reference_is_no_question() -> None:
    assert second_opinion(FakeCluster(), "shop", {}, "Not A Reference") is None


def test_a_real_registry_answers_and_the_password_is_nowhere() -> None:
    with registry() as server:
        server.auth = "basic"
        cluster = FakeCluster(lists={"secrets": [secret("a", server.host)]})
        answer = second_opinion(cluster, "shop", names("a"), f"{server.host}/team/none:1")
    assert answer is not None
    assert answer.outcome in {Outcome.NOT_FOUND, Outcome.REPOSITORY_MISSING}
    assert answer.with_login
    assert PASSWORD not in repr(answer)


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
    assert not answer.with_login  # the registry asks for none
    assert (answer.outcome, answer.platforms, answer.missing_platforms) == (Outcome.PRESENT, ("linux/arm64",), ())
