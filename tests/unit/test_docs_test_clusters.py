"""docs/test-clusters.md says what the commands do: names, messages, links."""

import re

import pytest

from ops.review_names import changes
from tests.unit.docs_pages import lost_links, sections, text_of
from tests.unit.test_docs_troubleshooting import fixed, printed

PAGE = "test-clusters.md"
MADE = {"mode": "create", "name": "monadic-pipeline"}
SERVICES = {each: {"mode": "in-cluster"} for each in ("llm", "vectors")}
SETTINGS = [
    {"target": "aks", "cluster": {**MADE, "resourceGroup": "monadic-pipeline", "location": "westeurope"},
     "registry": {"mode": "create", "name": "contoso"}, "services": SERVICES,
     "app": {"namespace": "monadic-pipeline-aks", "host": "web.example.com"}},
    {"target": "eks", "cluster": MADE, "registry": {"mode": "create"}, "image": {"repository": "web"},
     "cli": {"image": {"repository": "web-cli"}}},
    {"target": "gke", "cluster": MADE, "registry": {"mode": "create"}},
]  # fmt: skip
"""Stack files that between them have all that a pull request has for itself."""


def rows(heading: str) -> list[list[str]]:
    lines = [line for line in sections(text_of(PAGE))[heading].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_no_link_leads_nowhere() -> None:
    assert lost_links(PAGE) == []


def test_the_table_of_names_is_what_a_pull_request_gets() -> None:
    known = {(".".join(map(str, each.path)), each.value) for one in SETTINGS for each in changes(one, 12)}
    told = {
        key: re.findall(r"`([^`]+)`", value)
        for row in rows("Make one")
        for key in re.findall(r"`([^`.]+\.[^`]+)`", row[0])
        for value in row[1:2]
    }
    assert set(told) == {key for key, _ in known}
    for key, values in told.items():
        assert {value for name, value in known if name == key} & set(values), key


@pytest.mark.parametrize("message", [row[0].strip("`") for row in rows("When something is in the way")])
def test_each_message_is_one_that_is_said(message: str) -> None:
    assert [each for each in fixed(message) if each not in printed()] == []
