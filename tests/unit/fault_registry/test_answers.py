"""What the fault registry answers, how often, and to whom."""

import json

import httpx
import pytest

from tests.faults import images, registry_answers
from tests.faults.registry_answers import Answer
from tests.faults.registry_behaviour import (
    BLOBS,
    MANIFESTS,
    Behaviour,
    Lasts,
    Reply,
)
from tests.faults.registry_server import FaultRegistry
from tests.unit.fault_registry.parts import ECR, LAYER_PATH, MANIFEST, Clock

_ANSWERS = {name: value for name, value in vars(registry_answers).items() if isinstance(value, Answer)}


@pytest.mark.parametrize("name", sorted(_ANSWERS))
def test_every_answer_arrives_as_written(registry: FaultRegistry, client: httpx.Client, name: str) -> None:
    answer = _ANSWERS[name]
    registry.behave("project/faults/web", Behaviour(Reply(answer)))
    got = client.get("/v2/project/faults/web/manifests/v1", params={"ns": ECR})
    head = client.head("/v2/project/faults/web/manifests/v1", params={"ns": ECR})
    assert (got.status_code, got.headers["content-type"]) == (answer.status, answer.content_type)
    assert head.status_code == answer.status
    assert all(got.headers[key] == value for key, value in answer.headers)
    assert "$" not in got.text
    if answer.content_type == "application/json":
        assert [set(error) >= {"code", "message"} for error in got.json()["errors"]] == [True]


@pytest.mark.parametrize(
    ("answer", "host", "text"),
    [
        (registry_answers.ACR_FIREWALL, "a.azurecr.io", "client with IP '203.0.113.7' is not allowed access. Refer "),
        (
            registry_answers.ECR_NO_RESOURCE_POLICY,
            ECR,
            "User: arn:aws:sts::123456789012:assumed-role/eks-node-role/i-0123456789abcdef0 is not authorized to "
            "perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:123456789012:repository/acme/apps/web "
            "because no resource-based policy allows the ecr:BatchGetImage action",
        ),
        (
            registry_answers.ECR_NAME_UNKNOWN,
            "999999999999.dkr.ecr.us-east-1.amazonaws.com",
            "The repository with name 'acme/apps/web' does not exist in the registry with id '999999999999'",
        ),
        (
            registry_answers.AR_PERMISSION_DENIED,
            "europe-docker.pkg.dev",
            'denied on resource "projects/acme/locations/europe/repositories/apps" (or it may not exist)',
        ),
        (
            registry_answers.GCR_MANIFEST_UNKNOWN,
            "gcr.io",
            'Failed to fetch "v1" from request "/v2/acme/apps/web/manifests/v1".',
        ),
    ],
)
def test_an_answer_names_what_was_asked_for(
    registry: FaultRegistry, client: httpx.Client, answer: Answer, host: str, text: str
) -> None:
    registry.behave("acme/apps/web", Behaviour(Reply(answer)))
    got = client.get("/v2/acme/apps/web/manifests/v1", params={"ns": host})
    assert text in got.json()["errors"][0]["message"]


def test_json_that_breaks_off_has_a_right_digest(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/web", Behaviour(Reply(registry_answers.BROKEN_JSON)))
    got = client.get(MANIFEST)
    assert got.headers["docker-content-digest"] == images.digest_of(got.content)
    with pytest.raises(json.JSONDecodeError):
        got.json()


@pytest.mark.parametrize("fault", [registry_answers.UNAVAILABLE, registry_answers.HUB_RATE_LIMITED])
def test_a_fault_of_n_times_is_then_good(registry: FaultRegistry, client: httpx.Client, fault: Answer) -> None:
    registry.behave("faults/web", Behaviour(Reply(fault), lasts=Lasts(times=2)))
    statuses = [client.head(MANIFEST).status_code for _ in range(4)]
    assert statuses == [fault.status, fault.status, 200, 200]


def test_a_fault_of_some_seconds_is_then_good(registry: FaultRegistry, client: httpx.Client, clock: Clock) -> None:
    clock.now = 1000
    registry.behave("faults/web", Behaviour(Reply(registry_answers.UNAVAILABLE), lasts=Lasts(seconds=60)))
    clock.now = 1059.9
    assert client.head(MANIFEST).status_code == 503
    clock.now = 1060
    assert client.head(MANIFEST).status_code == 200


def test_of_times_and_seconds_the_later_ends_the_fault() -> None:
    both = Lasts(times=2, seconds=60)
    assert [both.over(hits, elapsed) for hits, elapsed in [(2, 59), (1, 60), (2, 60)]] == [False, False, True]
    assert not Lasts().over(10**9, 10**9)


def test_a_behaviour_can_be_replaced_and_taken_back(registry: FaultRegistry, client: httpx.Client) -> None:
    once = Behaviour(Reply(registry_answers.UNAVAILABLE), lasts=Lasts(times=1))
    registry.behave("faults/web", once)
    registry.behave("faults/web", once)
    assert [client.head(MANIFEST).status_code for _ in range(2)] == [503, 200]
    registry.behave("faults/web", Behaviour(Reply(registry_answers.DENIED)))
    assert client.head(MANIFEST).status_code == 403
    registry.behave("faults/web", None)
    assert client.head(MANIFEST).status_code == 200


def test_a_fault_hits_only_the_requests_it_is_for(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/web", Behaviour(Reply(registry_answers.UNAVAILABLE), on=BLOBS))
    assert (client.get(MANIFEST).status_code, client.get(LAYER_PATH).status_code) == (200, 503)
    registry.behave("faults/web", Behaviour(Reply(registry_answers.UNAVAILABLE), on=MANIFESTS))
    assert (client.get(MANIFEST).status_code, client.get(LAYER_PATH).status_code) == (503, 200)


def test_the_closest_behaviour_wins(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave(None, Behaviour(Reply(registry_answers.UNAVAILABLE)), host="gcr.io")
    registry.behave("faults/web", Behaviour(Reply(registry_answers.DENIED)))
    registry.behave("faults/web", Behaviour(Reply(registry_answers.NAME_UNKNOWN)), host="gcr.io")
    registry.behave(None, Behaviour(Reply(registry_answers.UNAVAILABLE)), host="quay.io")

    def status(repository: str, host: str) -> int:
        return client.head(f"/v2/{repository}/manifests/v1", params={"ns": host}).status_code

    faults = [("faults/web", host) for host in ("gcr.io", "ghcr.io", "quay.io")]
    good = [("good/web", host) for host in ("gcr.io", "ghcr.io", "quay.io")]
    assert [status(*one) for one in (*faults, *good)] == [404, 403, 403, 503, 200, 503]


def test_the_host_is_that_of_the_header_where_containerd_names_none(
    registry: FaultRegistry, client: httpx.Client
) -> None:
    registry.behave(None, Behaviour(Reply(registry_answers.DENIED)), host="ghcr.io")
    assert client.head(MANIFEST, headers={"Host": "ghcr.io"}).status_code == 403
    assert client.head(MANIFEST, headers={"Host": "ghcr.io"}, params={"ns": "gcr.io"}).status_code == 200
