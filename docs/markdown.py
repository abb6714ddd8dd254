"""Markdown that several generated pages have. Pure."""

from collections.abc import Iterable


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table; a bar in a cell stays one of its text."""
    lines = [" | ".join(each.replace("|", "\\|") for each in line) for line in (heads, ("---",) * len(heads), *rows)]
    return "".join(f"| {line} |\n" for line in lines)
