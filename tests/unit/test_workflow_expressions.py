"""The expressions of workflows, as the tests that run workflows read them."""

from typing import Any

import pytest

from tests.e2e.github.expressions import NoExpressionError, evaluate, fill, holds
from tests.e2e.github.functions import status

CONTEXT: dict[str, Any] = {
    "github": {
        "event_name": "pull_request",
        "event": {"number": 7, "label": None, "labels": [{"name": "Big"}, {"name": "test-cluster"}]},
    },
    "vars": {"A": "1", "EMPTY": ""},
    "needs": {"find": {"outputs": {"clouds": '["aks","eks"]'}}},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("github.event_name == 'PULL_REQUEST'", True),
        ("github.event.number", 7),
        ("github.event.number == '7'", True),
        ("github.event['number'] != 8", True),
        ("github.event.nothing.of.it", None),
        ("github.event.nothing == ''", True),
        ("vars.EMPTY || 'other'", "other"),
        ("vars.A && vars.EMPTY", ""),
        ("true || false && false", True),
        ("(true || false) && false", False),
        ("!vars.EMPTY && !(vars.A != '1')", True),
        ("contains(github.event.labels.*.name, 'test-cluster')", True),
        ("contains(github.event.labels.*.name, 'test')", False),
        ("contains(github.event.nothing.*.name, 'test')", False),
        ("contains('Hello', 'LL')", True),
        ("fromJSON(needs.find.outputs.clouds)[1]", "eks"),
        ("format('{0}/{1}', 'a', 2)", "a/2"),
        ("'it''s'", "it's"),
        ("null == 0", True),
        ("'x' == 0", False),
        ("1.5", 1.5),
    ],
)
def test_an_expression_has_the_value_that_github_gives_it(text: str, value: object) -> None:
    assert evaluate(text, CONTEXT) == value


@pytest.mark.parametrize("text", ["secrets.A", "nothing()", "1 2", "(1", "a ==", "", "github.event.", "'open", "$"])
def test_what_is_none_is_an_error(text: str) -> None:
    with pytest.raises((NoExpressionError, IndexError)):
        evaluate(text, CONTEXT)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${{ fromJSON(needs.find.outputs.clouds) }}", ["aks", "eks"]),
        ("pr-${{ github.event.number }}-${{ vars.A }}", "pr-7-1"),
        ("${{ github.event.number == 7 }} and ${{ vars.nothing }}", "true and "),
        ({"a": ["${{ vars.A }}"], "b": 2}, {"a": ["1"], "b": 2}),
        ("no hole", "no hole"),
    ],
)
def test_a_hole_is_filled_with_its_value(text: object, value: object) -> None:
    assert fill(text, CONTEXT) == value


@pytest.mark.parametrize(
    ("condition", "result", "held"),
    [
        (None, "success", True),
        (None, "failure", False),
        ("vars.A == '1'", "success", True),
        ("vars.A == '1'", "failure", False),
        ("${{ vars.A == '1' }}", "success", True),
        ("always()", "failure", True),
        ("failure() && vars.A", "failure", True),
        ("failure() && vars.EMPTY", "failure", False),
        ("failure()", "success", False),
        ("vars.EMPTY || vars.A", "failure", False),
    ],
)
def test_a_condition_asks_for_success_where_it_says_nothing_else(condition: str, result: str, held: bool) -> None:
    assert holds(condition, CONTEXT, status([result])) is held


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        (None, False),
        ("vars.A == '1'", False),
        ("failure()", False),
        ("always()", True),
        ("cancelled()", True),
        ("${{ !cancelled() }}", False),
    ],
)
def test_in_a_run_that_was_cancelled_little_goes_on(condition: str | None, held: bool) -> None:
    assert holds(condition, CONTEXT, status(["failure"], cancelled=True)) is held
    assert holds("${{ !cancelled() }}", CONTEXT, status(["failure"]))
