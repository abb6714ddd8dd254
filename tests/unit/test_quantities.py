"""Amounts of processor, memory and disk: as text of a stack file, as YAML numbers, and as arguments of a component."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from components import domain
from components.errors import InvalidValueError
from components.pipeline_args import ResourcesArgs
from components.quantities import byte_count, cores, memory_bytes
from components.resources import resource_requirements

TYPES = {name: TypeAdapter[Any](getattr(domain, name)) for name in ("Cores", "Bytes", "Memory")}


@pytest.mark.parametrize(("text", "amount"), [("250m", 0.25), ("2", 2), ("0.5", 0.5), ("1m", 0.001), ("2000m", 2)])
def test_processor_is_counted_in_cores(text: str, amount: float) -> None:
    assert cores(text) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("12", 12),
        ("1k", 1000),
        ("2M", 2e6),
        ("1G", 1e9),
        ("1T", 1e12),
        ("1Ki", 1024),
        ("512Mi", 512 * 1024**2),
        ("1.5Gi", 1.5 * 1024**3),
        ("1Ti", 1024**4),
    ],
)
def test_memory_is_counted_in_bytes(text: str, amount: float) -> None:
    assert byte_count(text) == amount


@pytest.mark.parametrize("text", ["", "m", "1K", "1mi", "1 Gi", "1Gi\n", ".5", "1.", "1e3", "\u0661", "-1", "512MB"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    for measure, kind in ((cores, "processor"), (byte_count, "bytes")):
        with pytest.raises(InvalidValueError, match=f"is not an amount of {kind}: it must be"):
            measure(text)


@pytest.mark.parametrize("text", ["512Mi", "1k", "2Gi"])
def test_bytes_are_no_processor(text: str) -> None:
    with pytest.raises(InvalidValueError, match="it must be cores, such as 250m"):
        cores(text)


@pytest.mark.parametrize(
    ("text", "meant"), [("512m", "512Mi"), ("512MB", "512Mi"), ("2g", "2Gi"), ("1kb", "1Ki"), ("0.5m", None)]
)
def test_thousandths_are_no_bytes_and_what_was_meant_is_offered(text: str, meant: str | None) -> None:
    with pytest.raises(InvalidValueError, match="it must be like 512Mi") as caught:
        memory_bytes(text)
    assert caught.value.suggestion == meant


@pytest.mark.parametrize(("text", "meant"), [("512", "512Mi"), ("0", None), ("64k", None), ("3.9Mi", None)])
def test_memory_that_nothing_can_start_in_is_refused(text: str, meant: str | None) -> None:
    with pytest.raises(InvalidValueError, match="too little for any process") as caught:
        memory_bytes(text)
    assert caught.value.suggestion == meant


@pytest.mark.parametrize("text", ["0", "0m", "0.5m", "0.0001", "9" * 400])
def test_processor_that_kubernetes_cannot_count_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="a thousandth of a core, or more"):
        cores(text)


@pytest.mark.parametrize("text", ["9223372036854775808Ti", "9" * 400])
def test_bytes_that_kubernetes_cannot_count_are_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="more bytes than Kubernetes can count"):
        byte_count(text)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [("Cores", 2, "2"), ("Cores", 0.5, "0.5"), ("Cores", 2.0, "2.0"), ("Bytes", 4096, "4096"), ("Cores", "2", "2")],
)
def test_a_yaml_number_is_the_text_it_was_written_as(kind: str, value: object, text: str) -> None:
    assert TYPES[kind].validate_python(value) == text


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("value", [True, False, None, [1], {}, -1, 1e-9, 1e30, float("nan"), float("inf")])
def test_nothing_else_becomes_an_amount(kind: str, value: object) -> None:
    with pytest.raises(ValidationError):
        TYPES[kind].validate_python(value)


@pytest.mark.parametrize("given", [{"requests": {"cpu": "512Mi"}}, {"limits": {"memory": "250m"}}])
def test_a_component_refuses_an_amount_of_the_wrong_kind(given: ResourcesArgs) -> None:
    with pytest.raises(InvalidValueError, match="is not an amount of"):
        resource_requirements(given)
