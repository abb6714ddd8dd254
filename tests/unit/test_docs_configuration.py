"""docs/configuration.md is what the models say, and each of its examples is taken."""

import json

import pytest

from components.platforms.contract import Target
from components.settings_fields import element_of, field_at, takes
from components.settings_models import MODELS
from components.stack_file import Path
from docs.configuration import PAGE, Row, page, rows
from docs.configuration_examples import EXAMPLES
from tests.unit.docs_pages import lost_links, sections, table_rows

TEXT = PAGE.read_text()
ROWS = [(target, row) for target in Target for row in rows(MODELS[target])]


def test_the_page_is_the_models() -> None:
    assert page() == TEXT, "type: .venv/bin/python -m docs.configuration"


@pytest.mark.parametrize(("target", "row"), ROWS, ids=lambda each: each.key if isinstance(each, Row) else each)
def test_each_key_says_what_it_is_and_its_example_is_taken(target: Target, row: Row) -> None:
    assert row.text
    assert row.kind
    if not row.example:
        assert "object" in row.kind
        return
    field = field_at(MODELS[target], path_of(row.key))
    if row.key.endswith("]"):
        above = field_at(MODELS[target], path_of(row.key)[:-1])
        field = element_of(above) if above is not None else None
    if row.key.endswith(".mode") and field is None:
        return
    assert field is not None
    assert any(takes(field, value) for value in readings(row.example)), row.example


def path_of(key: str) -> Path:
    """A key as the models are asked for it."""
    parts: list[str | int] = []
    for each in key.split("."):
        name, bracket, _ = each.partition("[")
        parts += [name, 0] if bracket else [name]
    return tuple(parts)


def readings(text: str) -> list[object]:
    """A value as text, and as Pulumi reads it with `--path`."""
    try:
        return [text, json.loads(text)]
    except ValueError:
        return [text]


def test_no_example_is_of_a_key_that_is_not_there() -> None:
    assert set(EXAMPLES) - {row.key for _, row in ROWS} == set()


def test_each_target_has_a_part_with_keys_of_its_own() -> None:
    parts = sections(TEXT)
    for title in ("Every target", "Local", "AKS", "EKS", "GKE", "Secrets", "Keys of others"):
        assert table_rows(parts[title]), title
    assert "`cluster.context`" in parts["Local"]
    assert "Only with mode `existing`. Its name, without `.azurecr.io`." in parts["AKS"]


def test_each_link_leads_somewhere() -> None:
    assert lost_links("configuration.md") == []
