"""Rules get whatever a program writes, in any shape, and break at none."""

import copy
from collections.abc import Iterator
from typing import Any, cast

from google.protobuf import json_format, struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.policies_engine import UNKNOWN, Engine
from tests.unit.policies_planted import PLANTED
from tests.unit.policies_world import requests_of

PRODUCTION = {"monadic-pipeline:profile": "production"}
JUNK: list[Any] = [None, True, 7, -1, 0.5, "", "x", UNKNOWN, [], {}, [[]]]


def places(value: object) -> Iterator[tuple[Any, Any]]:
    """Every place in a value: what holds it, and by which key or number."""
    if isinstance(value, dict):
        held = list(cast("dict[Any, object]", value).items())
    else:
        held = list(enumerate(cast("list[object]", value))) if isinstance(value, list) else []
    for key, inner in held:
        yield value, key
        yield from places(inner)


@given(st.sampled_from(sorted(PLANTED)), st.lists(st.tuples(st.integers(0, 999), st.sampled_from(JUNK)), max_size=3))
def test_no_rule_breaks_at_inputs_of_another_shape(name: str, junk: list[tuple[int, Any]]) -> None:
    sent = requests_of(PLANTED[name][1].world())
    inputs: list[Any] = [json_format.MessageToDict(each.properties) for each in sent]
    for number, value in junk:
        there = list(places(inputs))
        holder, key = there[number % len(there)]
        holder[key] = copy.deepcopy(value)
    for each, fields in zip(sent, inputs, strict=True):
        if isinstance(fields, dict):
            each.properties.CopyFrom(json_format.ParseDict(cast("dict[str, Any]", fields), struct_pb2.Struct()))
    Engine(PRODUCTION).judge(*sent)
