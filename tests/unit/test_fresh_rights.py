"""Only a right that this run gave is young."""

from typing import cast

import pulumi
import pytest
from pulumi_aws import iam

from components.platforms.fresh_rights import FreshRights
from tests.engine import run_program


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_right_of_an_earlier_run_is_not_waited_for() -> None:
    assert FreshRights(Clock()).remaining(600) == 0


def test_a_right_of_this_run_is_waited_for_from_the_moment_it_was_given() -> None:
    clock, rights = Clock(), None

    def program() -> None:
        nonlocal rights
        rights = FreshRights(clock)
        rights.watch()
        aws = pulumi.ResourceOptions(provider=None)
        iam.RolePolicyAttachment("pull", role="nodes", policy_arn="arn:aws:iam::aws:policy/x", opts=aws)
        iam.Role("nodes", assume_role_policy="{}", opts=aws)

    graph = run_program(program)
    hooks = {each.name: set(each.hooks) for each in graph.resources if each.type.startswith("aws:")}
    assert hooks == {"pull": {"after_create", "after_update"}, "nodes": set()}
    assert rights is not None
    rights._note(cast("pulumi.ResourceHookArgs", None))  # pyright: ignore[reportPrivateUsage] - as the engine does
    clock.now += 45
    assert rights.remaining(60) == pytest.approx(15)
    clock.now += 45
    assert rights.remaining(60) == 0
