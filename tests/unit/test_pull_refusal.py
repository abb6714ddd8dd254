"""From a refused rehearsal to what a person reads."""

from dataclasses import replace

from pulls.classify import classify
from pulls.diagnosis import Facts, as_text
from pulls.kubelet.node_classes import NodeClass
from pulls.registry.ask import Answer, Outcome
from pulls.rehearsal.pod import Rehearsal
from pulls.rehearsal.refusal import refusal_diagnoses
from pulls.rehearsal.state import Seen, State
from pulls.rehearse import Refusal, RefusedError, Report
from tests.unit.fake_cluster import BUSY, IMAGE, NOT_FOUND, SPEC

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


def test_a_pull_secret_that_is_there_is_not_called_missing_for_good() -> None:
    unread = replace(refusal("Unable to retrieve some image pull secrets (regcred)", tries=3), unread_secret=True)
    (text,) = told(unread)
    assert text.startswith("pull-secret-missing (transient) ")
    assert "  note     the secret is there now: " in text


def test_it_is_verified_by_the_next_update_as_its_pods_are_gone() -> None:
    assert "  verify   pulumi up -s <stack>" in told(refusal(NOT_FOUND))[0].splitlines()
    refused = RefusedError([refusal(NOT_FOUND)], Report(classes=[node_class("amd64")]))
    (found,) = refusal_diagnoses(refused, REHEARSAL, Facts(values={"stack": "prod"}), {})
    assert found.verify == "pulumi up -s prod"


def test_the_registrys_own_answer_stands_beside_it() -> None:
    refused = RefusedError([refusal(NOT_FOUND)], Report(classes=[node_class("amd64")]))
    answers = {IMAGE: Answer(Outcome.NOT_FOUND, 404, "manifest unknown"), OTHER: Answer(Outcome.PRESENT)}
    (found,) = refusal_diagnoses(refused, REHEARSAL, Facts(), answers)
    assert found.registry == "not-found (404): manifest unknown"
    assert found.witnesses == ("kubelet", "registry")


def test_a_stateful_set_is_named_as_such() -> None:
    refused = RefusedError([refusal(NOT_FOUND)], Report(classes=[node_class("amd64")]))
    (found,) = refusal_diagnoses(refused, Rehearsal("shop", "db", SPEC, kind="StatefulSet"), Facts(), {})
    assert found.workload == "StatefulSet/db"
