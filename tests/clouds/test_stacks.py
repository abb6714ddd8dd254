"""Each committed cloud stack from nothing to a URL and back, on the simulated clouds."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.clouds.canaries import CLOUD_TOKEN, Traces, plant
from tests.clouds.conftest import MakeStack, making
from tests.clouds.seen import pulled, served, unchanged
from tests.clouds.sky import Sky
from tests.e2e.project import Project

TARGETS = ("aks", "eks", "gke")
_HOSTS = {"aks": ".azurecr.io/", "eks": ".dkr.ecr.eu-central-1.amazonaws.com/", "gke": "-docker.pkg.dev/"}
_BARE = {"DOCKER_HOST": "ssh://preview.invalid", "DOCKER_CONFIG": "/nowhere"}
"""A runner that has neither a docker engine nor a login."""
_LOUD = ("--logtostderr", "-v=3")
"""Pulumi's own log, as loud as its help suggests."""


@pytest.fixture
def make_stack(sky: Sky, tmp_path: Path) -> Generator[MakeStack]:
    """As the committed files have them."""
    with making(sky, tmp_path) as make:
        yield make


@pytest.mark.e2e
@pytest.mark.parametrize("target", TARGETS)
def test_a_stack_goes_up_answers_stays_and_leaves_nothing(target: str, make_stack: MakeStack, sky: Sky) -> None:
    before = {(each.token, each.id) for each in sky.of(target)}
    stack = make_stack(target)
    stack.change_source()  # no node has this image
    secrets = {"a cloud's token": CLOUD_TOKEN, "an app secret": plant(stack)}
    traces = Traces(stack, sky, {**secrets, "the password": plant(stack, "registryPassword")})
    first = traces.run("preview", "--json", *_LOUD, extra=_BARE)
    assert first.code == 0, first.output
    assert '"op": "create"' in first.output

    asked_before = len(sky.requests())
    up = traces.up()
    assert up.code == 0, up.output
    outputs = stack.outputs()
    assert _HOSTS[target] in outputs["image"]
    assert outputs["target"] == target
    served(sky, outputs["url"])
    pulled(stack, sky, outputs["image"], asked_before)

    unchanged(stack.up())
    sky.behave(target, expired_before=_now(sky))
    unchanged(stack.pulumi("refresh", "--yes", "--skip-preview"))
    assert traces.leaks() == []
    assert traces.open_files() == []

    gone = traces.run("destroy", "--yes", "--skip-preview")
    assert gone.code == 0, gone.output
    assert traces.leaks() == []
    assert {(each.token, each.id) for each in sky.of(target)} == before


def _now(sky: Sky) -> float:
    return max(each.at for each in sky.content().journal) + 1


@pytest.mark.e2e
@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("target", TARGETS)
def test_production_refuses_to_be_destroyed_and_serves_on(target: str, make_stack: MakeStack, sky: Sky) -> None:
    stack = make_stack(target)
    stack.configure("cluster", apiRanges=["0.0.0.0/0"])
    _set_profile(stack, "production")
    try:
        url = stack.must_up()["url"]
        build, before = served(sky, url), sky.of(target)
        # Without a preview the app would go before the refusal comes.
        refused = stack.pulumi("destroy", "--yes")
        assert refused.code != 0, refused.output
        assert "protected" in refused.output, refused.output
        assert served(sky, url) == build
        assert sky.of(target) == before
        unchanged(stack.up())
    finally:  # as docs/clouds.md says for those who mean it; the fixture destroys it then
        _set_profile(stack, "test")
        stack.must_up()


def _set_profile(stack: Project, profile: str) -> None:
    done = stack.pulumi("config", "set", "profile", profile)
    assert done.code == 0, done.output
