"""A comment as GitHub would show it, as far as CommonMark with tables and HTML does: its tags and its texts."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_SILENT = {"code", "pre"}
"""In these GitHub looks for no mention, number or address (jch/html-pipeline, mention_filter.rb)."""


@dataclass
class Shown(HTMLParser):
    """What a page consists of."""

    tags: list[str] = field(default_factory=list[str])
    """Of elements, in order."""
    codes: list[str] = field(default_factory=list[str])
    """Texts of code spans and blocks."""
    spoken: str = ""
    """All other text, in which a name would call somebody."""
    links: int = 0

    def __post_init__(self) -> None:
        super().__init__()
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base class's
        self.tags.append(tag)
        self.links += tag in ("a", "img")
        if tag in _SILENT:
            self._inside.append(tag)
            self.codes.append("")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")
        if tag in _SILENT and self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.codes[-1] += data
        else:
            self.spoken += data


def shown(comment: str) -> Shown:
    """The page of a comment."""
    found = Shown()
    found.feed(_MARKDOWN.render(comment))
    found.close()
    return found
