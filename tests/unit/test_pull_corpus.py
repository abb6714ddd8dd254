"""Texts of strangers, each from a public thread: how often the classifier is right.

Those of development.jsonl were seen when the rules were made, those of held_out.jsonl were not. The second test says
only how many were right: what it got wrong must not be looked at, or the set is worth nothing.
"""

import json
import sys
from pathlib import Path
from typing import TypedDict, cast

import pytest

from pulls.causes import Code
from pulls.classify import classify
from tests.stack_files import ROOT

CORPUS = ROOT / "tests" / "corpus"
REACH = 0.97


class Told(TypedDict):
    reason: str
    message: str
    code: str
    link: str


def told(file: Path) -> list[Told]:
    return [cast("Told", json.loads(line)) for line in file.read_text().splitlines() if line.strip()]


DEVELOPMENT = told(CORPUS / "development.jsonl")


@pytest.mark.parametrize(
    "each", DEVELOPMENT, ids=[f"{number}-{each['code']}" for number, each in enumerate(DEVELOPMENT, 1)]
)
def test_a_text_of_the_development_set_names_its_cause(each: Told) -> None:
    assert classify(each["reason"], each["message"]).code == each["code"]


def test_of_the_held_out_set_nearly_all_are_right_and_none_is_wrong_for_sure(
    capsys: pytest.CaptureFixture[str],
) -> None:
    right = asserted_wrong = total = 0
    for each in told(CORPUS / "held_out_3.jsonl"):
        code = classify(each["reason"], each["message"]).code
        total += 1
        right += code == each["code"]
        asserted_wrong += code not in (each["code"], Code.UNKNOWN)
    with capsys.disabled():
        sys.stdout.write(f"\nheld-out texts: {right} of {total} right, {asserted_wrong} wrong for sure\n")
    assert right >= REACH * total
    assert asserted_wrong == 0
