"""Stacks of pull requests in a cloud: two of one stack file beside each other, and the end of one of them.

One is made and ended by the jobs of docs/ci/gitlab-ci.yml with their own login, the other by a person's commands.
"""

import secrets
from pathlib import Path

import pytest

from tests.clouds.conftest import MakeStack
from tests.clouds.existing import TARGETS
from tests.clouds.pipelines import MergeRequest
from tests.clouds.reviews import end, review
from tests.clouds.seen import served, unchanged
from tests.clouds.sky import Sky
from tests.e2e.github.pull_request import PullRequest


@pytest.mark.e2e
@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("target", TARGETS)
def test_two_pull_requests_have_nothing_in_common_and_one_ends_without_the_other(
    target: str, make_stack: MakeStack, sky: Sky, tmp_path: Path
) -> None:
    base = make_stack(target)
    nothing = sky.of(target)
    of_gitlab = MergeRequest(base, target, sky, PullRequest.of(base.folder, secrets.randbelow(90000) + 10000))
    made = of_gitlab.run("test-cluster", tmp_path / "up")
    served(sky, (made.workspace / "url.env").read_text().strip().removeprefix("URL="))
    of_first = {(each.token, each.id) for each in sky.of(target)}
    other, second = review(base)
    url = second.must_up()["url"]
    assert of_first <= {(each.token, each.id) for each in sky.of(target)}
    of_gitlab.run("test-cluster-down", tmp_path / "down")
    served(sky, url)
    unchanged(second.up())
    end(base, other)
    assert sky.of(target) == nothing
