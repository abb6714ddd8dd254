"""What the tests of faults read from a cluster and from a terminal."""

from dataclasses import replace

import pytest

from pulls.by_cause import CLASSIFIED
from pulls.causes import CATALOGUE, Code
from pulls.diagnosis import Facts, as_text, diagnose
from pulls.kubelet.symptom import Symptom, SymptomKind
from tests.faults.cluster_faults import CLUSTER_FAULTS
from tests.faults.faults import HANGING, REFUSED
from tests.faults.first_word import Json, has_first_word
from tests.faults.right import found_first, is_right
from tests.faults.said import codes_in
from tests.faults.update import Update
from tests.faults.update_faults import NO_UPDATE, UPDATE_FAULTS

REHEARSAL = {"monadic-pipeline/rehearsal": "a1"}
SYMPTOM = Symptom(
    kind=SymptomKind.PULL, workload="Deployment/web", namespace="shop", node="node-1", reason="ErrImagePull", message=""
)


def first_line(symptom: Symptom, where: str = "") -> str:
    return as_text(diagnose(symptom, Facts(), where=where)).splitlines()[0]


def pod(name: str, reason: str = "", labels: Json | None = None, *, init: bool = False) -> Json:
    state: Json = {"waiting": {"reason": reason}} if reason else {"running": {}}
    kind = "initContainerStatuses" if init else "containerStatuses"
    return {"metadata": {"name": name, "labels": labels or {}}, "status": {kind: [{"state": state}]}}


def warning(name: str, reason: str = "BackOff", kind: str = "Pod") -> Json:
    return {"type": "Warning", "reason": reason, "involvedObject": {"kind": kind, "name": name}}


# When a fault counts as found


@pytest.mark.parametrize("beside", [{Code.DNS}, {Code.UNKNOWN}, {Code.DNS, SymptomKind.CRASH_LOOP}])
def test_another_cause_beside_the_right_one_is_wrong(beside: set[str]) -> None:
    assert not is_right(Code.NOT_FOUND, {Code.NOT_FOUND, *beside})


def test_the_cause_alone_or_with_what_is_no_pulls_is_right() -> None:
    assert is_right(Code.NOT_FOUND, {Code.NOT_FOUND})
    assert is_right(Code.NOT_FOUND, {"not-found", "config-error"})
    assert is_right(SymptomKind.CRASH_LOOP, {"crash-loop"})
    assert not is_right(SymptomKind.CRASH_LOOP, {"crash-loop", "dns"})
    assert not is_right(Code.NOT_FOUND, set())
    assert not is_right(Code.NOT_FOUND, {"config-error"})


def test_a_table_shows_the_cause_first() -> None:
    assert found_first("not-found", {"config-error", "unknown", "not-found"}) == "not-found, config-error, unknown"
    assert found_first("not-found", set()) == "none"


# Which lines name a cause


@pytest.mark.parametrize("code", Code)
@pytest.mark.parametrize("where", ["", "1 of 3 nodes (node-2)"])
def test_the_first_line_of_each_diagnosis_names_its_cause(code: Code, where: str) -> None:
    symptom = replace(SYMPTOM, message=CATALOGUE[code].seen)
    assert codes_in(f"    warning: {first_line(symptom, where)}") == {str(code)}


@pytest.mark.parametrize("kind", sorted({*SymptomKind} - CLASSIFIED))
@pytest.mark.parametrize("where", ["", "1 of 3 nodes (node-2)", "node-1"])
def test_the_first_line_of_each_trouble_names_it(kind: SymptomKind, where: str) -> None:
    assert codes_in(f"error: {first_line(replace(SYMPTOM, kind=kind), where)}") == {str(kind)}


def test_what_is_tried_again_is_named() -> None:
    line = "pull rehearsal: registry-error: 503 Service Unavailable; trying again for up to 6 s"
    assert codes_in(line) == {"registry-error"}


@pytest.mark.parametrize(
    "line",
    [
        "  kubelet  manifest unknown: manifest unknown",
        "  registry not-found (404): manifest unknown",
        "  more     docs/pull-failures.md#not-found",
        "pull rehearsal: linux/amd64: no place for a rehearsal pod: 0/1 nodes are available",
        "error: the new version cannot be pulled or run; the Deployment was not touched",
        "CrashLoopBackOff: back-off 10s restarting failed container",
    ],
)
def test_other_lines_name_nothing(line: str) -> None:
    assert codes_in(line) == set()


def test_an_update_knows_when_a_cause_was_first_named() -> None:
    update = Update(lines=[(1.0, "Updating"), (2.0, "pull rehearsal: dns: no such host"), (8.0, "dns (transient): x")])
    assert (update.named("dns"), update.named("unreachable"), update.codes) == (2.0, None, {"dns"})


# The cluster's first word


@pytest.mark.parametrize("init", [False, True])
def test_a_refused_image_of_a_new_pod_is_the_first_word(*, init: bool) -> None:
    refused = pod("web-2", "ErrImagePull", init=init)
    assert has_first_word([pod("web-1"), refused], [], {"web-1"})
    assert not has_first_word([refused], [], {"web-2"})
    assert not has_first_word([pod("web-2", "ContainerCreating")], [], set())


def test_a_warning_about_a_new_pod_is_the_first_word() -> None:
    assert has_first_word([pod("web-2")], [warning("web-2")], set())
    assert not has_first_word([pod("web-2")], [warning("web-2")], {"web-2"})
    assert not has_first_word([pod("web-2")], [warning("web-2", kind="ReplicaSet")], set())
    assert not has_first_word([pod("web-2")], [warning("web-2") | {"type": "Normal"}], set())


def test_that_a_rehearsal_starts_nothing_is_no_word_of_a_fault() -> None:
    there = [pod("web-rehearsal-x", labels=REHEARSAL)]
    assert not has_first_word(there, [warning("web-rehearsal-x", "Failed")], set())
    assert has_first_word(there, [warning("web-rehearsal-x", "FailedCreatePodSandBox")], set())


# The faults themselves


def test_each_fault_of_a_cluster_is_met_by_an_update_or_says_why_not() -> None:
    codes = {each.name: each.code for each in CLUSTER_FAULTS}
    met = {each.name: each.code for each in UPDATE_FAULTS}
    assert met.keys() | NO_UPDATE.keys() == codes.keys()
    assert not met.keys() & NO_UPDATE.keys()
    assert met.items() <= codes.items()


def test_every_cause_is_found_on_a_real_kubelet() -> None:
    found = {str(each.code) for each in (*REFUSED, HANGING, *CLUSTER_FAULTS)}
    assert {str(each) for each in Code} - found == {"unknown"}


def test_no_fault_comes_after_the_one_that_stops_the_runtime() -> None:
    assert (CLUSTER_FAULTS[-1].name, UPDATE_FAULTS[-1].name) == ("runtime-stopped", "runtime-stopped")
