"""Every planted mistake is found by the rule that is for it, and by no other; without one nothing is found."""

import pytest

from policies.catalogue import CODES
from tests.unit.policies_engine import Engine
from tests.unit.policies_harmless import HARMLESS
from tests.unit.policies_planted import PLANTED
from tests.unit.policies_world import Change, requests_of

PRODUCTION = {"monadic-pipeline:profile": "production"}


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert Engine(PRODUCTION).judge(*requests_of(Change().world())) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_mistake_is_found_by_its_rule_alone(name: str) -> None:
    code, change = PLANTED[name]
    assert Engine(PRODUCTION).codes(*requests_of(change.world())) == [code]


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_like_a_mistake_is_none(name: str) -> None:
    assert Engine(PRODUCTION).codes(*requests_of(HARMLESS[name].world())) == []


def test_there_are_forty_of_them_and_each_rule_has_one() -> None:
    assert len(PLANTED) >= 40
    assert {code for code, _ in PLANTED.values()} == CODES
