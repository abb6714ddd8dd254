"""How long a comment becomes, how long it takes, and what is left out where there is too much."""

import time

import pytest

from ops.pr_comment.page import LIMIT
from tests.unit.pr_comment_events import deployment, first, many, policy, preview, rendered, said, step, text
from tests.unit.pr_comment_markdown import shown

MANY = 500


@pytest.mark.parametrize("op", ["update", "replace", "delete", "create", "teleport"])
def test_a_comment_on_500_changed_resources_keeps_to_its_size_and_time(op: str) -> None:
    data = many(MANY, op)
    started = time.process_time()  # whatever else the machine does meanwhile
    comment = rendered(data)
    seconds = time.process_time() - started
    assert len(comment) <= LIMIT
    assert len(comment.encode("utf-16-le")) // 2 <= 65_536
    assert seconds < 1
    assert "500" in comment


@pytest.mark.parametrize("count", [MANY, 5_000])
def test_what_is_replaced_or_deleted_is_told_by_name_or_by_number_whatever_is_cut(count: int) -> None:
    loud = [step("replace", f"a:b:C{number % 7}", f"r{number}-{'x' * 60}") for number in range(count)]
    quiet = [deployment(number) for number in range(count)]
    comment = text(preview(*loud, step("delete", name="gone"), *quiet))
    assert len(comment) <= LIMIT
    assert f"Look at this first: {count:,} **replaced**, 1 **deleted**." in comment
    assert "**deleted**: 1 of `kubernetes:core/v1:ConfigMap`" in comment
    assert sum(f"C{number}`" in comment for number in range(7)) == 7
    assert "more lines that did not fit; they are in the log of the preview" in comment
    found = shown(comment)
    assert found.tags.count("details") == found.tags.count("/details") == 1


def test_few_are_told_by_name() -> None:
    comment = text(preview(*(step("delete", name=f"gone-{number}") for number in range(200))))
    assert comment.count("> - `dev` **deleted**: `gone-") == 200


def test_stacks_share_the_room_for_their_details() -> None:
    several = [preview(*(deployment(number) for number in range(MANY)), title=f"s{each}") for each in range(6)]
    comment = text(*several)
    assert len(comment) <= LIMIT
    lengths = [len(each) for each in comment.split("<details>")[1:]]
    assert len(lengths) == 6
    assert max(lengths[:-1]) < 1.5 * min(lengths[:-1])


def test_more_stacks_than_fit_are_counted() -> None:
    several = [preview(step("delete", name=f"x{each}"), title=f"stack-{each:04}") for each in range(900)]
    comment = text(*several)
    assert len(comment) <= LIMIT
    assert first(comment) == "900 stacks: **900 resources are deleted**."
    assert "more kinds of them" in comment
    assert "more stacks |" in comment
    assert "The details of" in comment


def test_errors_findings_and_costs_without_end_are_cut_and_said() -> None:
    costs = [step("create", "gcp:compute/disk:Disk", f"d{number}", new={"size": number}) for number in range(900)]
    findings = [policy(f"p{number}", "word " * 60) for number in range(900)]
    lines = "\n".join(f"line {number} {'x' * 200}" for number in range(900))
    broken = [preview(said(lines), title=f"f{each}", result="failed") for each in range(20)]
    comment = text(preview(*costs, *findings), *broken)
    assert len(comment) <= LIMIT
    for each in ("more changes |", "more findings, in the log", "lines left out"):
        assert each in comment
    found = shown(comment)
    assert found.tags.count("details") == found.tags.count("/details")
    assert found.tags.count("pre") == found.tags.count("/pre")


def test_previews_that_failed_share_their_room() -> None:
    lines = "\n".join(f"line {number} {'x' * 290}" for number in range(30))
    broken = [preview(said(f"{lines}\nthe end of {each}"), title=f"f{each}", result="failed") for each in range(4)]
    comment = text(*broken)
    assert [f"Why the preview of `f{each}` failed" in comment for each in range(4)] == [True] * 4
    assert comment.count("more lines\n") == 4


def test_many_findings_that_only_advise_are_folded() -> None:
    comment = text(preview(*(policy(f"p{number}", "words") for number in range(30)), policy("hard", "no", "mandatory")))
    assert "<summary>30 that only advise</summary>" in comment
    assert comment.index("`hard` **refuses**") < comment.index("<details>")
