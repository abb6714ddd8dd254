"""Workloads whose image is in no registry: right only in a stack that loads it, and only by its content's tag."""

from typing import Any

import pytest

from components.workload_images import image_fault
from components.workload_rules import problems
from tests.engine import DIGEST

TAG = "0123456789abcdef" * 2
NAME = f"loaded.invalid/web:{TAG}"
LOADED = "loaded.invalid"


@pytest.mark.parametrize("policy", ["IfNotPresent", None, ""])
def test_in_a_stack_that_loads_the_tag_of_a_content_is_right(policy: object) -> None:
    assert image_fault(NAME, policy, LOADED) is None


def test_in_every_other_stack_it_is_refused() -> None:
    fault = image_fault(NAME, "IfNotPresent", "127.0.0.1:5050")
    assert fault == "it is in no registry, and this stack loads no images; use 127.0.0.1:5050/…@sha256:…"


@pytest.mark.parametrize("name", ["web", "web:latest", "web:1.2", f"web:{TAG}0", f"web:{TAG.upper()}", f"web@{DIGEST}"])
def test_another_name_of_no_registry_is_refused_where_images_are_loaded(name: str) -> None:
    fault = image_fault(f"loaded.invalid/{name}", "IfNotPresent", LOADED)
    assert fault is not None
    assert "goes by the tag of its content" in fault


def test_a_policy_that_asks_a_registry_or_that_hides_what_is_missing_is_refused() -> None:
    assert "there is none; use IfNotPresent" in str(image_fault(NAME, "Always", LOADED))
    spec: dict[str, Any] = {"containers": [{"name": "a", "image": NAME, "imagePullPolicy": "Never"}]}
    (said,) = problems("Pod", "x", spec, LOADED, None)
    assert "has imagePullPolicy Never" in said


def test_tags_of_registries_are_judged_as_in_every_other_stack() -> None:
    assert image_fault("quay.io/team/web:latest", None, LOADED) is not None
    assert image_fault(f"quay.io/team/web@{DIGEST}", None, LOADED) is None
