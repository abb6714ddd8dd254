"""Names, values and texts of others in a comment are only shown: they make no table, tag, link, mention or picture."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ops.pr_comment.markdown import block, code, html_code, kind, prose, table
from ops.pr_comment.reading import read_preview
from tests.unit.pr_comment_events import policy, preview, said, step, stream, text, urn
from tests.unit.pr_comment_markdown import Shown, shown

HOSTILE = (
    *("`", "``", "```", "|", "\\|", "\\\\|", "\\", "</details>", "<details>", "<img src=x>", "<!--", "-->"),
    *(
        "@octocat",
        "@org/team",
        "#1",
        "GH-1",
        "org/repo#1",
        "[a](http://b)",
        "![a](b)",
        "http://a.b",
        "www.a.b",
        "a@b.c",
    ),
    *("*a*", "_a_", "~~a~~", "$a$", "# a", "- a", "1. a", "> a", "&lt;", "&#64;a", "end", "subgraph", '"]', "%%"),
    *("\n\n", "\n```\n", "\r", "\t", "\x00", "\x1b[31m", "\u202e", "\u200b", "\u2028", "\ufeff", "\ud800", "é", "日本"),
)
WORDS = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=4), min_size=1, max_size=6).map("".join)
_CALL = re.compile(r"@\w|#\d|GH-\d|https?://|www\.", re.ASCII)


def _everywhere(word: str) -> str:
    """A comment that has a text in each place where others may write one."""
    changed = step("update", name=word, old={"a": "b"}, new={"a": word}, differs={"a": "update"})
    path = '["' + word.replace('"', '\\"') + '"]'
    named = step("update", name="n", old={word: 1}, new={word: 2}, differs={path: "update"})
    kinds = [step("replace", f"a:{word}:C", "r", keys=[word], differs={word: "update-replace"}), step(word, "x:y:Z")]
    cost = step("create", "gcp:compute/disk:Disk", word, new={"size": 3, "type": word})
    about = urn("a:b:C", word)
    told = [said(word, about=about), said(word, "warning"), policy(word, f"{word}\nfix: {word}", "mandatory")]
    more = policy("p", word, severity=word, resourceUrn=about, exceptions=[{"id": "x", "reason": word}])
    whole = preview(changed, named, *kinds, cost, *told, more, {f"{word}Event": {}}, title=word, result="failed")
    well = read_preview("well", stream(changed, kinds[0], policy(word, word)), b"")
    return text(whole, well, read_preview(f"no {word}", None, word.encode(errors="replace")))


@settings(deadline=None)
@given(WORDS)
@example("a")
@example("`a|b\\|</details>")
@example("@octocat")
def test_a_text_of_others_changes_nothing_but_itself(word: str) -> None:
    comment = _everywhere(word)
    comment.encode()
    usual = shown(_everywhere("word"))
    found = shown(comment)
    assert found.links == 0
    assert _CALL.search(found.spoken) is None
    assert _rows(found) == _rows(usual)
    for tag in ("details", "/details", "summary", "blockquote", "ul", "/ul", "h2", "h3", "br", "sub"):
        assert found.tags.count(tag) == usual.tags.count(tag) or not word.strip(), tag
    pictures = [each for each in found.codes if each.startswith("flowchart")]
    assert pictures == [each for each in usual.codes if each.startswith("flowchart")]


def _rows(found: Shown) -> tuple[int, int]:
    return found.tags.count("tr"), found.tags.count("td")


@given(WORDS)
def test_a_span_shows_its_text_and_nothing_else(word: str) -> None:
    page = shown(f"a {code(word)} b\n\n" + "\n".join(table(("x", "y"), [(code(word), "z")])))
    assert len(page.codes) == 2
    assert len(set(page.codes)) == 1
    assert (page.links, page.spoken.replace("\n", "")) == (0, "a  bxyz")


@pytest.mark.parametrize("word", ["a`b", "``", "`", "a``b`", "\\", "a|b", "a\\|b", "</details>", "@octocat", "a & b"])
def test_a_span_shows_what_it_is_given(word: str) -> None:
    assert shown(code(word)).codes == [word.replace("|", "¦")]


@given(WORDS)
def test_a_block_ends_only_where_it_ends(word: str) -> None:
    page = shown(f"{block(word)}\n\nbehind")
    assert page.tags == ["pre", "code", "/code", "/pre", "p", "/p"]
    assert page.spoken.strip() == "behind"


@given(WORDS)
def test_prose_is_words(word: str) -> None:
    page = shown(f"- {prose(word)} end")
    assert page.tags == ["ul", "li", "/li", "/ul"]
    assert _CALL.search(page.spoken) is None


def test_prose_reads_as_it_was_written() -> None:
    words = "It is <b>*not*</b> [open](x) to `all` & @ann; see #1, GH-2 | http://a.b/_c_ 1. \\"
    assert shown(prose(words)).spoken.replace("\u2060", "").strip() == words


@given(WORDS)
def test_a_summary_shows_its_text_and_nothing_else(word: str) -> None:
    page = shown(f"<details><summary>{html_code(word)}: 1 change</summary>\n\nx\n\n</details>")
    assert page.tags.count("details") == page.tags.count("/details") == 1
    assert len(page.codes) == 1
    assert page.links == 0


@given(WORDS)
def test_a_type_is_shown_as_it_is_only_where_it_has_the_form_of_one(word: str) -> None:
    assert shown(f"{kind(f'a:{word}:C')} b").spoken.strip() == "b"
    assert kind("azure-native:authorization:RoleAssignment") == "`azure-native:authorization:RoleAssignment`"
