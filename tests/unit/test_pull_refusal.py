"""From a refused rehearsal to what a person reads, and what the registry is asked for it."""

import base64
import json

import pytest

from pulls.classify import classify
from pulls.cluster import ClusterError
from pulls.diagnosis import Facts, as_text
from pulls.kubelet.node_classes import NodeClass
from pulls.registry import second_opinion as module
from pulls.registry.ask import Answer, Login, Outcome
from pulls.registry.second_opinion import second_opinion
from pulls.rehearsal.pod import Rehearsal
from pulls.rehearsal.refusal import refusal_diagnoses
from pulls.rehearsal.state import Seen, State
from pulls.rehearse import Refusal, RefusedError, Report
from tests.unit.fake_cluster import BUSY, IMAGE, NOT_FOUND, SPEC, FakeCluster, Json, failing
from tests.unit.registry_server import PASSWORD, USER, registry

OTHER = "registry.example.com/log:1"
REHEARSAL = Rehearsal("shop", "web", SPEC)


def node_class(arch: str) -> NodeClass:
    return NodeClass((("kubernetes.io/os", "linux"), ("kubernetes.io/arch", arch)), ("n",))


def refusal(message: str, arch: str = "amd64", image: str = IMAGE, tries: int = 1) -> Refusal:
    seen = Seen(State.REFUSED, f"node-{arch}", image, classify("ErrImagePull", message))
    return Refusal(node_class(arch), seen, 61.6, tries)


def told(*refusals: Refusal, classes: int = 3, **answers: Answer) -> list[str]:
    refused = RefusedError(refusals, Report(classes=[node_class("amd64")] * classes))
    return [as_text(each) for each in refusal_diagnoses(refused, REHEARSAL, Facts(), answers)]


def test_the_same_cause_on_two_kinds_of_nodes_is_told_once_with_both() -> None:
    (text,) = told(refusal(NOT_FOUND), refusal(NOT_FOUND, "arm64"))
    where = "2 of 3 kinds of nodes: linux/amd64, linux/arm64, tried on node-amd64, node-arm64"
    assert text.startswith(f"not-found (permanent) on {where}: ")
    assert text.startswith(f"not-found (permanent) on {where}: ")


def test_other_images_and_other_causes_are_told_apart() -> None:
    texts = told(refusal(NOT_FOUND), refusal(NOT_FOUND, image=OTHER), refusal(BUSY, "arm64"))
    assert [each.partition(" ")[0] for each in texts] == ["not-found", "not-found", "registry-error"]
    assert OTHER in texts[1]


def test_what_could_have_passed_says_how_long_it_was_waited_for() -> None:
    (text,) = told(refusal(BUSY, tries=9))
    assert "  note     it lasted for 62 s, 9 tries" in text.splitlines()
    assert "it lasted" not in told(refusal(NOT_FOUND))[0]


def test_the_registrys_own_answer_stands_beside_it() -> None:
    refused = RefusedError([refusal(NOT_FOUND)], Report(classes=[node_class("amd64")]))
    answers = {IMAGE: Answer(Outcome.NOT_FOUND, 404, "manifest unknown"), OTHER: Answer(Outcome.PRESENT)}
    (found,) = refusal_diagnoses(refused, REHEARSAL, Facts(), answers)
    assert found.registry == "not-found (404): manifest unknown"
    assert found.witnesses == ("kubelet", "registry")


# The second opinion


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
    cluster = FakeCluster(lists={"secrets": secrets})
    assert second_opinion(cluster, "shop", names(*named), IMAGE, ["linux/arm64"]) == Answer(Outcome.PRESENT)
    assert [each and each.username for each in logins] == [user]


@pytest.mark.parametrize("error", [ClusterError("forbidden", 403), ClusterError("no answer")])
def test_without_the_pods_login_nobody_is_asked(logins: list[Login | None], error: ClusterError) -> None:
    cluster = FakeCluster(lists={"secrets": [secret("a", "x")]}, errors=failing(("get", "a", error)))
    assert second_opinion(cluster, "shop", names("a"), IMAGE) is None
    assert logins == []


@pytest.mark.usefixtures("logins")
def test_a_secret_that_cannot_be_read_ends_nothing() -> None:
    broken = {"metadata": {"name": "a"}, "data": {".dockerconfigjson": "ab"}}
    assert second_opinion(FakeCluster(lists={"secrets": [broken]}), "shop", names("a"), IMAGE, ["linux/arm64"]) is None


def test_an_image_that_is_no_reference_is_no_question() -> None:
    assert second_opinion(FakeCluster(), "shop", {}, "Not A Reference") is None


def test_a_real_registry_answers_and_the_password_is_nowhere() -> None:
    with registry() as server:
        server.auth = "basic"
        cluster = FakeCluster(lists={"secrets": [secret("a", server.host)]})
        answer = second_opinion(cluster, "shop", names("a"), f"{server.host}/team/none:1")
    assert answer is not None
    assert answer.outcome in {Outcome.NOT_FOUND, Outcome.REPOSITORY_MISSING}
    assert PASSWORD not in repr(answer)
