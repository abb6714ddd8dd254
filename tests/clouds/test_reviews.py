"""Stacks of pull requests in a cloud: two of one stack file beside each other, and the end of one of them."""

import secrets
import sys
from dataclasses import replace

import pytest

from tests.clouds import existing
from tests.clouds.conftest import MakeStack
from tests.clouds.existing import TARGETS
from tests.clouds.seen import served, unchanged
from tests.clouds.sky import Sky
from tests.e2e.project import Project, Run, run


def ops(base: Project, *words: str) -> Run:
    return run([sys.executable, "-m", "ops", *words], cwd=base.folder, environment=base.environment)


def review(base: Project) -> tuple[str, Project]:
    """The number of a pull request, and its stack, not yet deployed."""
    number = str(secrets.randbelow(90000) + 10000)
    made = ops(base, "review-stack", base.stack, "--number", number)
    assert made.code == 0, made.output
    return number, replace(base, stack=f"pr-{number}-{base.stack}")


def end(base: Project, number: str) -> None:
    done = ops(base, "expired", "--closed", number, "--yes")
    assert done.code == 0, done.output
    assert "destroyed, nothing of it is left in Pulumi" in done.output


@pytest.mark.e2e
@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("target", TARGETS)
def test_two_pull_requests_have_nothing_in_common_and_one_ends_without_the_other(
    target: str, make_stack: MakeStack, sky: Sky
) -> None:
    base = make_stack(target)
    nothing = sky.of(target)
    number, first = review(base)
    served(sky, first.must_up()["url"])
    of_first = {(each.token, each.id) for each in sky.of(target)}
    other, second = review(base)
    url = second.must_up()["url"]
    assert of_first <= {(each.token, each.id) for each in sky.of(target)}
    end(base, number)
    served(sky, url)
    unchanged(second.up())
    end(base, other)
    assert sky.of(target) == nothing


@pytest.mark.e2e
@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("target", TARGETS)
def test_what_is_there_is_shared_and_as_it_was_when_the_pull_request_has_ended(
    target: str, make_stack: MakeStack, sky: Sky
) -> None:
    owner, base = make_stack(target), make_stack(target)
    outputs = owner.must_up()
    before = sky.of(target)
    for section, values in existing.both(target, outputs["image"]).items():
        base.configure(section, **values)
    number, guest = review(base)
    served(sky, guest.must_up()["url"])
    end(base, number)
    assert sky.of(target) == before
    served(sky, outputs["url"])
    unchanged(owner.up())
