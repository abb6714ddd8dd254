"""Images that nodes pull as themselves: the registry is asked with the login with which the last update pushed."""

import json
from typing import Any

import pytest

from ops.stack_push import push_logins
from ops.state import read_state
from ops.verify import Verdict, Verification
from ops.verify_health import findings
from ops.verify_look import verify
from pulls.registry.login import Login
from tests.unit import stack_exports as export
from tests.unit.pull_objects import condition
from tests.unit.registry_server import PASSWORD, USER
from tests.unit.stack_exports import exported, secret
from tests.unit.verified_place import Place, place, running, shown, stack_of


def image(registry: object) -> export.Json:
    return export.resource("docker:index/image:Image", "image", "id", inputs={"registry": registry})


def verified(here: Place, password: str = PASSWORD, *, own: bool = False) -> Verification:
    """With nodes that pull as themselves, as there is no pull secret; or with a login of the pods' own."""
    if not own:
        del here.cluster.objects["registry-pull"]
    document: dict[str, Any] = json.loads(here.exported())
    resources = document["deployment"]["resources"]
    resources[-1] = image({"server": here.registry.host, "username": USER, "password": secret(password)})
    return verify(stack_of(json.dumps(document)))


def test_an_image_that_is_there_and_that_a_ready_pod_runs_is_proof_enough() -> None:
    with place() as here:
        found = verified(here)
    (proof,) = found.images
    assert (proof.verdict, proof.as_pushed, proof.ready) == (Verdict.RUNS, True, "web-1")
    assert findings(found) == []
    assert "as the login of the last update shows, and web-1 runs it; the nodes pull as themselves" in shown(found)


@pytest.mark.parametrize("other", ["no pod", "not ready", "another digest"])
def test_an_image_that_no_ready_pod_runs_is_said_to_be_there_and_the_nodes_right_stays_open(other: str) -> None:
    with place() as here:
        next_image = f"{here.registry.host}/team/web@{here.registry.push_image('team/web', '2', sizes=(7,))}"
        pods = {
            "no pod": [],
            "not ready": [running(here.image, conditions=[condition("Ready", "False", "")])],
            "another digest": [running(next_image)],
        }
        here.cluster.lists["pods"] = pods[other]
        found = verified(here)
    proof = next(each for each in found.images if each.use.image == here.image)
    first = next(each for each in findings(found) if here.image in each.text)
    assert (proof.verdict, proof.as_pushed, first.known) == (Verdict.UNKNOWN, True, False)
    assert first.text == (
        f"{here.image} is in the registry; whether the nodes may still pull it, only they can show: they pull as "
        "themselves"
    )
    assert "is in the registry, as the login of the last update shows" in shown(found)


def test_an_image_that_is_gone_is_known_to_be_gone() -> None:
    with place() as here:
        here.registry.content.clear()
        (first, *_) = findings(verified(here))
    assert first.known
    assert first.text.startswith(f"{here.image} cannot be pulled (not-found (404)")
    assert "--replace" in first.command


def test_a_login_that_has_ended_says_nothing() -> None:
    with place() as here:
        found = verified(here, "ended")
    (first,) = findings(found)
    assert not first.known
    assert "refused-without-login" in first.text
    assert not found.images[0].as_pushed


def test_pods_with_a_login_of_their_own_are_asked_for_by_that_alone() -> None:
    with place() as here:
        here.registry.content.clear()
        found = verified(here, own=True)
    assert findings(found)[0].known
    assert not found.images[0].as_pushed


@pytest.mark.parametrize(
    ("registry", "logins"),
    [
        ({"server": "r.io", "username": "u", "password": secret("p")}, {"r.io": Login("u", "p")}),
        (secret({"server": "https://r.io/v2/", "username": "u", "password": "p"}), {"r.io": Login("u", "p")}),
        ({"server": "r.io"}, {}),
        ({"server": "r.io", "username": "u", "password": export.encrypted()}, {}),
    ],
)
def test_the_login_is_the_images_own_in_the_state(registry: object, logins: dict[str, Login]) -> None:
    assert push_logins(read_state(exported(image(registry)))) == logins
