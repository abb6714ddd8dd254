"""What a person sees of a cloud stack from outside: its URL answers, its nodes pulled, an update changed nothing."""

from collections import Counter
from contextlib import suppress

from sandbox.clouds.google.type_tokens import SERVICE
from sandbox.clouds.world import Thing
from tests.clouds.sky import Sky
from tests.e2e.project import Project, Run
from tests.e2e.waiting import until

_OK = 200
_SIGNS = ("+ ", "~ ", "- ", "+-")
Things = dict[tuple[str, str], Thing]
"""By type and id."""


def things(sky: Sky, target: str) -> Things:
    """What exists in a target's cloud.

    Without the APIs of Google: they stay on whoever goes, and what stands there is only who turned one on last.
    """
    return {(each.token, each.id): each for each in sky.of(target) if each.token != SERVICE}


def made(before: Things, after: Things) -> Counter[str]:
    """Types of what came, with their numbers; all that was there is there as it was."""
    assert before.items() <= after.items()
    return Counter(token for token, _ in after.keys() - before.keys())


def served(sky: Sky, url: str) -> str:
    """Which build answers at a URL: nodes take a Service that came this moment over within seconds."""
    with sky.client() as client:
        with suppress(AssertionError):  # what it says in the end is shown below
            until(lambda: client.get(f"{url}/version").status_code == _OK, seconds=10)
        answer = client.get(f"{url}/version")
    assert answer.status_code == _OK, answer.text
    return answer.json()["build"]


def serves_another(sky: Sky, url: str, build: str) -> None:
    """Another build comes to answer: a load balancer leads to the pods that go for a moment more."""
    until(lambda: served(sky, url) != build)


def unchanged(run: Run) -> None:
    """An update did nothing."""
    assert run.code == 0, run.output
    counts = run.output.partition("Resources:")[2]
    assert "unchanged" in counts, run.output
    assert not any(f"\n    {sign}" in counts for sign in _SIGNS), run.output


def pulled(stack: Project, sky: Sky, image: str, since: int) -> None:
    """A stack's pods run an image that a node pulled as itself: no pod names a secret, and the registry gave it out.

    Args:
        stack: whose pods.
        sky: whose registries.
        image: `host/path@sha256:…`, which no node had before.
        since: how many requests the registries had answered before the update.
    """
    pods = [each for each in stack.kubectl("get", "pods")["items"] if "deletionTimestamp" not in each["metadata"]]
    assert pods
    for pod in pods:
        assert [each["image"] for each in pod["spec"]["containers"]] == [image]
        assert not pod["spec"].get("imagePullSecrets")
    events = stack.kubectl("get", "events", "--field-selector=reason=Pulled")["items"]
    assert any(f'Successfully pulled image "{image}"' in each["message"] for each in events), events
    host, _, path = image.partition("/")
    repository = path.partition("@")[0]
    # Whoever pushes asks whether a blob is there, and never for one.
    blobs = f"{host} GET /v2/{repository}/blobs/"
    asked = sky.requests()[since:]
    assert any(each.startswith(blobs) and each.endswith(f" {_OK}") for each in asked), asked
