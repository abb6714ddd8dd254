"""The page of measured faults, from what was measured."""

from dataclasses import replace

import pytest

from bench import fault_summary
from bench.diagnosed import Found
from bench.fault_page import page
from bench.fault_summary import Faults, held_out
from bench.faults import Measured
from bench.local import pytest_counts
from bench.one_node import OnOneNode
from bench.plain import Plain, Told
from bench.results import kept
from pulls.causes import Code
from tests.faults.cluster_faults import CLUSTER_FAULTS
from tests.faults.diagnosed import Diagnosed
from tests.faults.faults import BY_NAME
from tests.faults.one_node import ONE_OF_THREE
from tests.faults.update_faults import UPDATE_FAULTS
from tests.stack_files import ROOT

CORPUS = (ROOT / "tests/corpus/README.md").read_text()
OF_UPDATES = {each.name: each for each in UPDATE_FAULTS}
OF_CLUSTER = {each.name: each for each in CLUSTER_FAULTS}


def measured(name: str, *codes: str) -> Measured:
    fault = BY_NAME.get(name) or OF_UPDATES[name]
    return Measured(fault, frozenset(codes or {str(fault.code)}), "kubelet", 0.1, 0.9, 3.0,
                    untouched=True, lost=0, sent=150, pods_left=0)  # fmt: skip


def found(name: str, *codes: str) -> Found:
    fault = OF_CLUSTER[name]
    diagnoses = [{"code": each, "witnesses": ["kubelet"]} for each in codes or (fault.code,)]
    return Found(fault, Diagnosed(3, {"diagnoses": diagnoses}, 0.4))


def of_node(*by_rehearsal: str, node_named: bool = True) -> OnOneNode:
    codes = frozenset(by_rehearsal or {Code.FORBIDDEN})
    return OnOneNode(ONE_OF_THREE[1], frozenset({"forbidden"}), node_named, codes, kind_named=True, untouched=True)


def written(faults: Faults) -> list[str]:
    return page(faults, kept(), corpus=CORPUS, machine="2 cores", rate=50).splitlines()


def row(faults: Faults, start: str) -> str:
    return next(line for line in written(faults) if line.startswith(f"| {start} |"))


def test_all_figures_of_the_table_are_there() -> None:
    faults = Faults([measured("503"), measured("acr-firewall")], [found("disk-full")], {}, [of_node()])
    lines = written(faults)
    summary = lines[lines.index("| what | reach | measured |") + 2 :]
    summary = summary[: summary.index("")]
    assert [line.split(" | ")[1] for line in summary] == [
        "100 %", "≥ 97 %, none confidently wrong", "≤ 2 s", "≤ 2 s", "≤ 5 s", "0 of 100", "0 of 200", "0",
        "≤ 1.5 s and the pull, which the rollout then saves", "≤ 3 s", "all", "0",
    ]  # fmt: skip
    assert "| right cause, injected faults | 100 % | 4 of 4 |" in summary
    assert not [line for line in summary if "not measured" in line]


def test_another_cause_beside_the_right_one_is_counted_as_wrong_and_shown() -> None:
    faults = Faults([measured("503", "registry-error", "dns")], [found("node-qps", "node-qps", "unknown")])
    assert row(faults, "right cause, injected faults").endswith("| 0 of 2 |")
    assert "| node-qps | node-qps, unknown 1 |" in written(faults)
    assert "| registry-error | registry-error, dns 1 |" in written(faults)


def test_only_permanent_causes_must_end_the_update_at_once() -> None:
    fresh = measured("login-refused-although-just-given")
    assert not fresh.is_permanent
    assert not measured("503").is_permanent
    assert not measured("failing-probe").is_permanent
    assert measured("acr-firewall").is_permanent
    assert measured("disk-full").is_permanent


def test_what_no_update_meets_says_why() -> None:
    faults = Faults([measured("503")], [found("of-a-job"), found("policy-never")])
    assert "no update: not a Deployment" in row(faults, "of-a-job")
    assert row(faults, "of-a-job").endswith("| no rollout to watch | no rollout to watch |")
    assert "no update: refused at preview" in row(faults, "policy-never")
    assert row(faults, "of-a-job").count("|") == row(faults, "503").count("|")


def test_what_only_shows_when_the_app_runs_has_changed_the_deployment() -> None:
    faults = Faults([measured("503"), replace(measured("failing-probe"), untouched=False)], [])
    assert "| changed; the old version serves |" in row(faults, "failing-probe")
    assert row(faults, "Deployment untouched by an update that is refused").endswith("| 1 of 1 |")


def test_plain_pulumi_stands_beside() -> None:
    plain = {"503": Plain(Told(2.0, True, None), Told(602.0, False, 12.0), changed=True, pods_left=2)}
    faults = Faults([measured("503"), measured("500")], [], plain)
    assert row(faults, "503").endswith("| 2 s, says it succeeded; changed, 2 pods left | 602 s, text after 12 s |")
    assert row(faults, "500").endswith("| not measured | not measured |")


def test_a_fault_of_one_node_is_right_when_both_name_the_cause_and_the_node() -> None:
    assert of_node().right
    assert not of_node("forbidden", "dns").right
    silent = of_node(node_named=False)
    assert (silent.right, silent.found) == (False, "forbidden without its node")


def test_the_newest_portion_of_the_corpus_is_the_one_that_counts() -> None:
    table = """
| portion | right when it was first measured | named a wrong cause |
|---|---|---|
| second | 142 of 155 (91.6 %) | 7 |
| sixth, kubelet and runtime texts only | 159 of 168 (94.6 %), counting a second | 0 |
"""
    said = "159 of 168 (94.6 %), counting a second; 0 named a wrong cause (sixth portion of tests/corpus)"
    assert held_out(table) == said
    with pytest.raises(ValueError, match="no table of portions"):
        held_out("nothing")
    assert " of " in held_out(CORPUS)


def test_figures_of_other_runs_are_taken_by_names_that_are_there() -> None:
    names = {fault_summary.COST, fault_summary.PASSING, fault_summary.HEALTHY, fault_summary.PREVIEW}
    assert names <= {*kept()}


def test_what_was_not_measured_yet_says_so() -> None:
    lines = fault_summary.summary(Faults([measured("503")], []), {}, CORPUS)
    assert len([line for line in lines if line.endswith("| not measured yet |")]) == 4


def test_the_remark_of_the_tests_is_what_pytest_counted() -> None:
    assert pytest_counts("==== 6368 passed, 2 skipped in 577.31s (0:09:37) ====") == "6368 passed, 2 skipped"
    assert pytest_counts("6368 passed in 577.31s") == "6368 passed"
    assert pytest_counts("collected 6368 items") == ""
