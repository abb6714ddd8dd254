"""Reads pull_texts.txt: what kubelets, runtimes and registries write, and the cause that each names."""

from pathlib import Path
from typing import NamedTuple


class Written(NamedTuple):
    cause: str
    reason: str
    text: str


def written() -> list[Written]:
    lines = Path(__file__).with_name("pull_texts.txt").read_text().splitlines()
    parts = [[each.strip() for each in line.split("|", 2)] for line in lines if not line.startswith("#")]
    return [Written(cause, reason, _unescaped(text)) for cause, reason, text in parts]


def _unescaped(text: str) -> str:
    return "\\".join(each.replace("\\n", "\n") for each in text.split("\\\\"))
