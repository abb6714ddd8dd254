"""Texts of strangers, from public threads; tests/corpus/README.md says how many were right at first sight."""

import json
from pathlib import Path
from typing import TypedDict, cast

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


TEXTS = [*enumerate(told(CORPUS / "texts.jsonl"), 1)]


def test_each_text_names_its_cause() -> None:
    found = [(number, each["code"], classify(each["reason"], each["message"]).code) for number, each in TEXTS]
    assert [f"line {number}: {code}, not {other}" for number, code, other in found if code != other] == []
