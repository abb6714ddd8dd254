"""Texts of strangers, from public threads; tests/corpus/README.md says how many were right at first sight."""

import json
from pathlib import Path
from typing import TypedDict, cast

import pytest

from pulls.classify import classify
from tests.stack_files import ROOT

CORPUS = ROOT / "tests" / "corpus"


class Told(TypedDict):
    reason: str
    message: str
    code: str
    link: str


def told(file: Path) -> list[Told]:
    return [cast("Told", json.loads(line)) for line in file.read_text().splitlines() if line.strip()]


TEXTS = told(CORPUS / "texts.jsonl")


@pytest.mark.parametrize("each", TEXTS, ids=[f"{number}-{each['code']}" for number, each in enumerate(TEXTS, 1)])
def test_a_text_names_its_cause(each: Told) -> None:
    assert classify(each["reason"], each["message"]).code == each["code"]
