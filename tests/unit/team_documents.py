"""What the commands for teams tell a script: the forms that describe it, and what does not fit them."""

import json
from typing import Any

from jsonschema import Draft202012Validator

from ops import deployments_document, review_document, trust_document
from ops.pr_comment import document as pr_comment_document
from tests.stack_files import ROOT

Json = dict[str, Any]
VERSIONS = {
    "deployments": deployments_document.SCHEMA,
    "pr-comment": pr_comment_document.SCHEMA,
    "review-stack": review_document.SCHEMA,
    "trust": trust_document.SCHEMA,
}
"""Of the code, by the command."""
FORMS: dict[str, Json] = {each: json.loads((ROOT / "docs" / f"{each}.schema.json").read_text()) for each in VERSIONS}


def mistakes(command: str, value: Json) -> list[str]:
    check: Any = Draft202012Validator(FORMS[command])
    return [f"{each.json_path}: {each.message}" for each in check.iter_errors(value)]


def fitting(command: str, text: str) -> Json:
    """The answer on standard output, which fits its form."""
    value: Json = json.loads(text)
    assert mistakes(command, value) == []
    return value
