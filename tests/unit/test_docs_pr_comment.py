"""docs/pr-comment.md: its example is what the command makes, its exit codes are the command's, its links work."""

from ops.pr_comment.answer import Code
from tests.e2e.test_pr_comment import PREVIEW
from tests.unit.docs_pages import lost_links, table_rows
from tests.unit.pr_comment_example import PAGE, example, with_example

TEXT = PAGE.read_text()


def test_the_example_is_what_the_command_makes() -> None:
    assert "image, registry, right to pull, cluster, rollout and provider change" in example()
    assert with_example(TEXT) == TEXT, "type: .venv/bin/python -m tests.unit.pr_comment_example"


def test_the_preview_is_run_as_the_page_says() -> None:
    assert PREVIEW.format(stack="local") in TEXT


def test_each_exit_code_is_told() -> None:
    told = [row[0] for row in table_rows(TEXT) if row[0].isdigit()]
    assert sorted(map(int, told)) == sorted(Code)


def test_its_links_lead_somewhere() -> None:
    assert lost_links("pr-comment.md") == []
