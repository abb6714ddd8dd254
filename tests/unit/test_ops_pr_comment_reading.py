"""Files of a preview that are as they should be, of another format, of another engine, cut, or no preview at all."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.pr_comment.model import Does, End
from ops.pr_comment.reading import read_preview
from tests.unit.pr_comment_events import (
    RECORDED,
    drawn,
    first,
    outputs,
    policy,
    preview,
    recorded,
    said,
    step,
    stream,
    text,
    urn,
)

GOOD = stream(step("create", name="a"), step("update", name="b"))
IMAGE = "docker:index/image:Image"
DIGEST: dict[str, Any] = {
    "config": {"a": "b"},
    "steps": [
        {"op": "same", "urn": urn("pulumi:pulumi:Stack", "shop-dev"), "detailedDiff": None},
        {
            "op": "update",
            "urn": urn(f"pipeline:index:AppImage${IMAGE}", "image"),
            "oldState": {"inputs": {"imageName": "r/a:1"}},
            "newState": {"inputs": {"imageName": "r/a:2"}},
            "detailedDiff": {"imageName": {"kind": "update", "inputDiff": True}},
        },
        {"op": "replace", "urn": urn("a:b:C", "c"), "replaceReasons": ["zone"], "detailedDiff": None},
    ],
    "duration": 1,
    "changeSummary": {"update": 1, "replace": 1},
}


def test_the_one_document_of_plain_json_is_read_too() -> None:
    found = read_preview("dev", json.dumps(DIGEST, indent=4).encode(), b"")
    assert (found.end, found.stack, found.project) == (End.WELL, "dev", "shop")
    assert [(each.does, each.type, each.reasons) for each in found.changes] == [
        (Does.REPLACE, "a:b:C", ("zone",)),
        (Does.UPDATE, IMAGE, ()),
    ]
    assert first(text(found)) == "1 stack: **1 resource is replaced**; image and other resources change."
    failed = {**DIGEST, "diagnostics": [{"message": "boom", "severity": "error"}]}
    assert read_preview("dev", json.dumps(failed).encode(), b"").end is End.FAILED


def test_what_both_formats_say_of_a_change_is_the_same() -> None:
    inputs = {"old": {"imageName": "r/a:1"}, "new": {"imageName": "r/a:2"}, "differs": {"imageName": "update"}}
    streamed = preview(step("update", f"pipeline:index:AppImage${IMAGE}", "image", **inputs))
    digest = read_preview("dev", json.dumps({**DIGEST, "steps": DIGEST["steps"][:2]}).encode(), b"")
    (one,), (other,) = streamed.changed, digest.changed
    assert replace(one, type=IMAGE) == other


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_of_other_shells_are_read(encoding: str) -> None:
    lines = GOOD.decode().replace("\n", "\r\n")
    assert read_preview("dev", lines.encode(encoding), b"").changes == read_preview("dev", GOOD, b"").changes


def test_a_long_command_beside_a_missing_preview_is_whole() -> None:
    command = "az ad app federated-credential create " + "--parameters x " * 40 + "--end"
    assert command in text(read_preview("aks", None, command.encode()))


def test_a_stream_that_is_cut_says_so_and_shows_what_came_before() -> None:
    cut = read_preview("dev", stream(step("delete", name="a"))[:-60], b"")
    assert cut.end is End.CUT
    comment = text(cut, preview(step("create"), title="other"))
    assert "What would change in `dev` is not known" in first(comment)
    assert "1 of 2 stacks: 1 resource is new" in first(comment)
    assert "dev\\.json ends before the preview does" in comment
    assert "`dev` **deleted**: `a`" in comment


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "There is no file dev.json: the job of this stack ended before its preview, or did not hand it on"),
        (b"", "dev.json is empty"),
        (b" \n", "dev.json is empty"),
        (b"Previewing update (dev):\n", "dev.json is not what a preview of pulumi writes, or was cut"),
        (b'{\n    "steps": [\n        {"op"', "dev.json is not what a preview of pulumi writes, or was cut"),
        (b"[1, 2]", "dev.json is not what a preview of pulumi writes, or was cut"),
        (b"{}", "dev.json is not what a preview of pulumi writes, or was cut"),
        (b"\x00\xff\xfe{", "dev.json is not what a preview of pulumi writes, or was cut"),
        (b"[" * 200_000, "dev.json is not what a preview of pulumi writes, or was cut"),
    ],
)
def test_a_stack_that_cannot_be_read_is_told_and_the_others_are_shown(data: bytes | None, why: str) -> None:
    found = read_preview("dev", data, b"")
    assert (found.end, found.why) == (End.UNREAD, why)
    comment = text(found, recorded("source", "local"))
    assert first(comment) == (
        "What would change in `dev` is not known, as its preview cannot be read. "
        "1 of 2 stacks: image changes; nothing is replaced or deleted."
    )
    assert "| `dev` | ? | ? | ? | ? | ? | **not read** |" in comment


def test_what_stands_beside_a_missing_preview_is_shown() -> None:
    comment = text(read_preview("aks", None, b"the login failed: no such subject\n"))
    assert "There is no file aks\\.json" in comment
    assert "the login failed: no such subject" in comment


def test_an_error_beside_a_preview_that_looks_well_counts() -> None:
    found = read_preview("dev", GOOD, b"warning: old\nerror: no changes were expected\n")
    assert found.end is End.FAILED
    assert [each.text for each in found.errors] == ["error: no changes were expected"]
    assert read_preview("dev", GOOD, b"warning: old\nan error: is not at the beginning\n").end is End.WELL


def test_a_damaged_line_among_the_events_is_told_as_changes_that_may_be_missing() -> None:
    lines = stream(step("delete", name="a"), step("same", name="b")).splitlines()
    damaged = b"\n".join([*lines[:1], lines[1][:40], *lines[2:]])
    found = read_preview("dev", damaged, b"")
    assert (found.end, found.why) == (End.CUT, "1 line of dev.json cannot be read, so what is shown may lack changes")
    assert read_preview("dev", damaged.replace(b"succeeded", b"failed"), b"").end is End.FAILED


def test_the_last_word_on_the_outputs_is_the_one_of_the_highest_number() -> None:
    lines = stream(outputs({"url": "a"}, {}), outputs({"url": "a"}, {"url": "a"})).splitlines()
    assert read_preview("dev", b"\n".join(reversed(lines)), b"").outputs == ()


def test_colours_are_not_told() -> None:
    verdict = said("<{%reset%}><{%fg 1%}>preview failed<{%reset%}>\n")
    refused = preview(policy("x", "<{%fg 13%}>It is open.<{%reset%}>\n", "mandatory"), verdict, result="failed")
    assert (refused.end, refused.findings[0].text) == (End.REFUSED, "It is open.")
    beside = read_preview("dev", GOOD, b"\x1b[38;5;9merror: \x1b[0mno changes were expected\n")
    assert [each.text for each in beside.errors] == ["error: no changes were expected"]


def test_what_a_provider_says_only_while_it_works_is_not_told() -> None:
    passing = said("[Pending] waiting", "warning")
    passing["diagnosticEvent"]["ephemeral"] = True
    assert preview(passing).diagnostics == ()


def test_lines_that_are_no_events_are_passed_over() -> None:
    noisy = b"warning: a new version\n" + GOOD + b"\n[1]\n"
    assert read_preview("dev", noisy, b"") == read_preview("dev", GOOD, b"")


@pytest.mark.parametrize("result", ["failed", "canceled", "something new"])
def test_a_preview_that_did_not_succeed_by_the_engines_word_failed(result: str) -> None:
    assert preview(step("create"), result=result).end is End.FAILED


def test_an_engine_that_does_not_say_how_it_ended_is_taken_by_what_it_said() -> None:
    assert preview(step("create"), result="").end is End.WELL
    assert preview(said("boom"), result="").end is End.FAILED


def test_operations_events_and_fields_of_a_newer_engine_are_told_and_not_lost() -> None:
    newer = {"resourcePreEvent": {"metadata": {"op": "teleport", "urn": urn("a:b:C", "c"), "mood": [1]}, "x": 1}}
    comment = drawn(newer, {"gossipEvent": {"x": 1}}, step("create"))
    assert "**what happens to 1 resource is not known here**" in first(comment)
    assert "> - `dev` **not known**: `c` (`a:b:C`), the engine calls it `teleport`" in comment
    assert "A newer engine than this command knows wrote `gossipEvent`, `teleport`: it is named above." in comment
    silent = drawn({"gossipEvent": {}}, step("same"))
    assert first(silent) == "1 stack: nothing changes."
    assert "wrote `gossipEvent`: it was left out." in silent


def test_steps_that_only_read_change_nothing() -> None:
    kinds = ("read", "refresh", "discard", "discard-replaced", "read-replacement", "remove-pending-replace", "same")
    assert "nothing changes." in drawn(*(step(each, name=each) for each in kinds))


def test_what_an_earlier_replacement_left_is_deleted() -> None:
    assert preview(step("delete-replaced")).changes[0].does is Does.DELETE


def test_what_is_empty_now_and_was_not_there_is_no_difference() -> None:
    (change,) = [each for each in recorded("source").changed if each.type.endswith(":Deployment")]
    assert [each.path.rpartition(".")[2] for each in change.differences] == ['io/version"]', "image"]


SHAPES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("op", "urn", "type", "old", "new", "keys", "diffs", "detailedDiff")
STRANGE = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, SHAPES))
KINDS = ("resourcePreEvent", "resOutputsEvent", "diagnosticEvent", "policyEvent", "summaryEvent", "errorEvent")


@given(st.sampled_from(KINDS), SHAPES | STRANGE.map(lambda each: {"metadata": each}))
def test_no_shape_of_an_event_breaks_the_comment(kind: str, shape: object) -> None:
    comment = text(read_preview("dev", stream({kind: shape}), b""), recorded("source", "local"))
    assert "image changes" in comment
    comment.encode()


@given(st.dictionaries(st.sampled_from(["steps", "diagnostics", "config"]), SHAPES, min_size=1))
def test_no_shape_of_a_document_breaks_the_comment(document: dict[str, object]) -> None:
    text(read_preview("dev", json.dumps(document).encode(), b"")).encode()


@given(st.integers(0, len((RECORDED / "nodes.json").read_bytes())))
def test_a_file_that_is_cut_anywhere_is_never_told_as_one_that_went_well(end: int) -> None:
    whole = (RECORDED / "nodes.json").read_bytes()
    found = read_preview("aks", whole[:end], b"")
    # The last events say how it ended.
    assert found.end in (End.CUT, End.UNREAD) or b'"summaryEvent":{' in whole[:end]
    text(found)


@pytest.mark.parametrize("depth", [100, 700, 5_000])
def test_properties_of_any_depth_are_read(depth: int) -> None:
    data = stream(step("update", old={"a": 1}, new={"a": 2}, differs={"a": "update"}))
    for value in (b'{"a": 1}', b'{"a": 2}'):
        deep = b'{"a": ' + b'{"b": ' * depth + value + b"}" * depth + b"}"
        assert data.count(b'"inputs": ' + value) == 1
        data = data.replace(b'"inputs": ' + value, b'"inputs": ' + deep)
    found = read_preview("dev", data, b"")
    text(found)
    assert found.end is (End.CUT if depth > 1_000 else End.WELL)
