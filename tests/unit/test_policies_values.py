"""What the pack makes of values that a preview cannot know, and of secrets."""

from typing import Any

import pytest
from pulumi.runtime.proto import analyzer_pb2

from policies.notes import KNOWN_LATER
from tests.unit.policies_engine import UNKNOWN, Engine, Said, kube, resource
from tests.unit.policies_world import DIGEST, EKS, HOST

PRODUCTION = {"monadic-pipeline:profile": "production"}
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
ADVISORY = "ADVISORY"


def pod(name: str = "web", **container: Any) -> analyzer_pb2.AnalyzeRequest:
    return kube("core/v1:Pod", name, spec={"containers": [{"name": "web", **container}]})


def one(found: list[Said], code: str) -> Said:
    (only,) = [each for each in found if each.code == code]
    return only


def later(found: list[Said]) -> str:
    return one(found, KNOWN_LATER.code).message


def test_an_unknown_value_is_told_with_who_would_have_read_it_and_hides_nothing_else() -> None:
    found = Engine().judge(pod(image=UNKNOWN, imagePullPolicy="Never", env=[{"name": "DB_PASSWORD", "value": "x1"}]))
    assert {each.code for each in found} == {"pull-policy", "secret-in-clear", "known-later"}
    readers = "image-digest, image-registry, image-tag, pull-limit, pull-policy"
    assert f"spec.containers[0].image of Pod web ({readers})" in later(found)
    assert one(found, "known-later").level == ADVISORY


@pytest.mark.parametrize("inputs", [{"spec": UNKNOWN}, {"spec": {"containers": UNKNOWN}}, {"metadata": UNKNOWN}])
def test_whatever_is_unknown_nothing_breaks(inputs: dict[str, Any]) -> None:
    assert {each.code for each in Engine(PRODUCTION).judge(kube("core/v1:Pod", "web", **inputs))} <= {"known-later"}


def test_an_api_whose_ranges_are_known_later_is_not_said_to_be_open() -> None:
    config = {"endpointPublicAccess": True, "publicAccessCidrs": UNKNOWN}
    found = Engine(PRODUCTION).judge(resource(EKS, deletionProtection=True, vpcConfig=config))
    assert [each.code for each in found] == ["known-later"]
    assert "vpcConfig.publicAccessCidrs of Cluster it (api-open)" in later(found)


def test_of_many_unknown_values_some_are_shown() -> None:
    text = later(Engine().judge(*(pod(f"p{number:02}", image=UNKNOWN) for number in range(30))))
    assert "Pod p07, and 22 more (" in text
    ports = [{"containerPort": UNKNOWN, "name": UNKNOWN} for _ in range(10)]
    assert "\nand " in later(Engine().judge(pod(image=UNKNOWN, ports=ports)))


def test_a_secret_text_is_looked_at_and_never_shown() -> None:
    secret = {**SECRET, "value": f"{HOST}/canary:1"}
    engine = Engine({"monadic-pipeline:registry": f'{{"host": "{HOST}"}}'})
    found = engine.judge(pod(image=secret, env=[{"name": "DB_PASSWORD", "value": {**SECRET, "value": "canary"}}]))
    assert [each.code for each in found] == ["image-digest", "secret-in-clear"]
    assert "canary" not in str(found)
    assert "has image a secret value" in found[0].message
    assert "in env 'DB_PASSWORD'" in found[1].message


def test_a_secret_tag_of_another_registry_is_found_and_not_shown() -> None:
    (found,) = Engine().judge(pod(image={**SECRET, "value": "quay.io/canary/x:1"}))
    assert (found.code, "canary" in found.message) == ("image-tag", False)


def test_a_secret_beside_it_hides_no_password_in_clear() -> None:
    variables = [{"name": "A", "value": UNKNOWN}, {"name": "DB_PASSWORD", "value": "hunter2"}]
    containers = {**SECRET, "value": [{"name": "web", "image": f"{HOST}/x{DIGEST}", "env": variables}]}
    found = Engine().judge(kube("core/v1:Pod", "web", spec={"containers": containers}))
    assert [each.code for each in found] == ["secret-in-clear", "known-later"]
    assert "container 'web' has a secret in clear in env 'DB_PASSWORD'" in found[0].message


def test_a_credential_in_an_image_name_is_hidden() -> None:
    found = Engine().judge(pod(image="https://user:canary-password@registry.example.com/web"))
    assert [each.code for each in found] == ["image-registry"]
    assert "canary" not in found[0].message
