"""Each committed cloud stack from nothing to a URL and back, on the simulated clouds."""

import pytest

from tests.clouds.canaries import CLOUD_TOKEN, Traces, plant
from tests.clouds.conftest import MakeStack
from tests.clouds.sky import Sky
from tests.e2e.project import Project

TARGETS = ("aks", "eks", "gke")
_HOSTS = {"aks": ".azurecr.io/", "eks": ".dkr.ecr.eu-central-1.amazonaws.com/", "gke": "-docker.pkg.dev/"}
_BARE = {"DOCKER_HOST": "ssh://preview.invalid", "DOCKER_CONFIG": "/nowhere"}
"""A runner that has neither a docker engine nor a login."""
_LOUD = ("--logtostderr", "-v=3")
"""Pulumi's own log, as loud as its help suggests."""
_OK = 200


@pytest.mark.e2e
@pytest.mark.parametrize("target", TARGETS)
def test_a_stack_goes_up_answers_stays_and_leaves_nothing(target: str, make_stack: MakeStack, sky: Sky) -> None:
    before = {(each.token, each.id) for each in sky.of(target)}
    stack = make_stack(target)
    secrets = {"a cloud's token": CLOUD_TOKEN, "an app secret": plant(stack)}
    traces = Traces(stack, sky, {**secrets, "the password": plant(stack, "registryPassword")})
    first = traces.run("preview", "--json", *_LOUD, extra=_BARE)
    assert first.code == 0, first.output

    up = traces.up()
    assert up.code == 0, up.output
    outputs = stack.outputs()
    assert _HOSTS[target] in outputs["image"]
    assert outputs["target"] == target
    _answers(sky, outputs["url"])
    _pulled_by_the_node_itself(stack, sky, outputs["image"])

    assert "unchanged" in _unchanged(stack.up())
    sky.behave(expired_before=_now(sky))
    _unchanged(stack.pulumi("refresh", "--yes", "--skip-preview"))
    assert traces.leaks() == []
    assert traces.open_files() == []

    gone = traces.run("destroy", "--yes", "--skip-preview")
    assert gone.code == 0, gone.output
    assert traces.leaks() == []
    assert {(each.token, each.id) for each in sky.of(target)} == before


def _answers(sky: Sky, url: str) -> None:
    with sky.client() as client:
        answer = client.get(f"{url}/health")
        assert answer.status_code == _OK, answer.text


def _pulled_by_the_node_itself(stack: Project, sky: Sky, image: str) -> None:
    pods = stack.kubectl("get", "pods")["items"]
    assert pods
    for pod in pods:
        assert [each["image"] for each in pod["spec"]["containers"]] == [image]
        assert not pod["spec"].get("imagePullSecrets")
    host, _, rest = image.partition("/")
    repository, _, digest = rest.partition("@")
    asked = f"/v2/{repository}/manifests/{digest} {_OK}"
    assert any(each.startswith((f"{host} GET", f"{host} HEAD")) and each.endswith(asked) for each in sky.requests())


def _unchanged(run: object) -> str:
    output = str(getattr(run, "output", ""))
    assert getattr(run, "code", 1) == 0, output
    for sign in ("+ ", "~ ", "- ", "+-"):
        assert f"\n    {sign}" not in output.partition("Resources:")[2], output
    return output


def _now(sky: Sky) -> float:
    return max(each.at for each in sky.content().journal) + 1


@pytest.mark.e2e
@pytest.mark.parametrize("target", TARGETS)
def test_the_first_preview_needs_no_docker_and_no_registry(target: str, make_stack: MakeStack) -> None:
    done = make_stack(target).pulumi("preview", extra=_BARE)
    assert done.code == 0, done.output
    assert "to create" in done.output
