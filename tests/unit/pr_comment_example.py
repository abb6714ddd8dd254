"""The example in docs/pr-comment.md: `python -m tests.unit.pr_comment_example` writes it anew.

It is a comment on what a real engine wrote: a changed line of source and an Ingress that goes on the local stack, other
nodes on a simulated AKS.
"""

from ops.pr_comment.page import page
from tests.stack_files import PROJECT, ROOT
from tests.unit.pr_comment_events import recorded

PAGE = ROOT / "docs" / "pr-comment.md"
BEGIN, END = "<!-- example: python -m tests.unit.pr_comment_example -->\n", "<!-- end of the example -->\n"


def example() -> str:
    """The comment, without the line by which it is found again."""
    return page([recorded("gone", "local"), recorded("nodes", "aks")], PROJECT).partition("\n")[2]


def with_example(text: str) -> str:
    """The page with the example between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{example()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_example(PAGE.read_text()))
