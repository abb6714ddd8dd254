"""A provider of a simulated cloud over gRPC, asked as the engine asks. No engine runs here."""

import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from sandbox.clouds.behaviour import Behaviour, Failure
from sandbox.clouds.world import Thing
from sandbox.engine.property_values import UNKNOWN
from tests.plugins.engine import Client
from tests.unit.simulated_cloud import ECR, LOGIN, ROLE, Instance, Simulated, secret, simulated, struct, urn

IN_USE: dict[str, Any] = {"name": "web", "forceDelete": False}


@pytest.fixture
def cloud(tmp_path: Path) -> Generator[Simulated]:
    with simulated(tmp_path) as cloud:
        yield cloud


@pytest.fixture
def aws(cloud: Simulated) -> Generator[Instance]:
    with cloud.engine(region="eu-central-1") as instance:
        yield instance


def said(error: pytest.ExceptionInfo[grpc.RpcError]) -> str:
    return str(error.value.details())  # pyright: ignore[reportAttributeAccessIssue]


def keys(properties: Any) -> set[str]:
    return set(MessageToDict(properties))


def test_what_the_sdks_types_refuse_is_refused_by_property(aws: Instance) -> None:
    assert aws.refused({"name": 3, "colour": "red"}) == [
        ("colour", "RepositoryArgs has no such input"),
        ("name", "must be a string, not 3"),
    ]


def test_the_clouds_own_rules_see_the_defaults(aws: Instance) -> None:
    assert aws.refused({"name": "Web"}) == [("name", "no capitals")]
    checked = aws.check({"forceDelete": True})
    assert not checked.failures
    assert MessageToDict(checked.inputs) == {"name": "web", "forceDelete": True}


def test_values_that_are_not_known_yet_pass(aws: Instance) -> None:
    assert MessageToDict(aws.check({"name": UNKNOWN}).inputs) == {"name": UNKNOWN}


def test_a_type_that_is_not_simulated_is_refused_with_those_that_are(aws: Instance) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        aws.check({}, token="aws:s3/bucket:Bucket")
    assert said(caught) == f"the simulated cloud has no aws:s3/bucket:Bucket; it has {ECR}, {ROLE}"


def test_no_change_is_none(aws: Instance) -> None:
    assert aws.diff(IN_USE, IN_USE).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_change_in_place_names_its_path(aws: Instance) -> None:
    tagged = {**IN_USE, "tags": {"a.b": "1", "c": "2"}}
    diff = aws.diff(tagged, {**tagged, "tags": {"a.b": "2", "c": "2"}})
    assert diff.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert dict(diff.detailedDiff) == {
        'tags["a.b"]': provider_pb2.PropertyDiff(kind=provider_pb2.PropertyDiff.UPDATE, inputDiff=True)
    }
    assert (list(diff.diffs), list(diff.replaces)) == (["tags"], [])
    assert diff.hasDetailedDiff


def test_a_change_that_needs_a_new_resource_says_so(aws: Instance) -> None:
    diff = aws.diff({"name": "web", "tags": {"a": "1"}}, {"name": "other", "forceDelete": True})
    kinds = provider_pb2.PropertyDiff
    assert {path: each.kind for path, each in diff.detailedDiff.items()} == {
        "name": kinds.UPDATE_REPLACE,
        "forceDelete": kinds.ADD,
        "tags": kinds.DELETE,
    }
    assert list(diff.replaces) == ["name"]
    assert not diff.deleteBeforeReplace


def test_what_must_go_before_its_replacement_says_so(aws: Instance) -> None:
    assert aws.diff({"name": "a"}, {"name": "b"}, token=ROLE).deleteBeforeReplace


def test_a_preview_makes_nothing_and_gives_no_computed_value(aws: Instance, cloud: Simulated) -> None:
    created = aws.create({"name": "web", "tags": {"a": UNKNOWN}}, preview=True)
    assert MessageToDict(created.properties) == {"name": "web", "tags": {"a": UNKNOWN}}
    assert created.id == ""
    assert keys(aws.update("web", IN_USE, preview=True).properties) == {"name", "forceDelete"}
    assert cloud.world.read().things == []


def test_what_is_made_is_in_the_world_and_told(aws: Instance, cloud: Simulated) -> None:
    created = aws.create({"name": "web", "imageScanningConfiguration": None, "tags": {"canary": secret("hush")}})
    assert created.id == "web"
    assert MessageToDict(created.properties) == {
        "name": "web",
        "tags": {"canary": "hush"},  # the engine marks it again, as the input was secret
        "arn": "web",
        "registryId": secret("1"),
        "repositoryUrl": "1.dkr.ecr.eu-central-1.amazonaws.com/web",
    }
    (thing,) = cloud.world.read().things
    assert (thing.token, thing.inputs, thing.made) == (ECR, {"name": "web", "tags": {"canary": "hush"}}, 7.0)
    assert cloud.made == ["web"]


def test_inputs_that_are_no_outputs_of_the_sdk_are_not_given_back(aws: Instance) -> None:
    assert "notAnOutput" not in keys(aws.create({"name": "web", "notAnOutput": 1}).properties)


def test_whole_numbers_stay_whole(aws: Instance, cloud: Simulated) -> None:
    aws.create({"name": "web", "tags": {"a": 3}})
    assert type(cloud.world.read().things[0].inputs["tags"]["a"]) is int


def test_a_creation_that_fails_leaves_nothing(aws: Instance, cloud: Simulated) -> None:
    with pytest.raises(grpc.RpcError, match="does not like"):
        aws.create({"name": "web", "imageTagMutability": "BROKEN"})
    assert cloud.world.read().things == []
    assert cloud.made == []


def test_a_name_that_is_taken_is_refused(aws: Instance) -> None:
    aws.create(IN_USE)
    with pytest.raises(grpc.RpcError) as caught:
        aws.create(IN_USE)
    assert said(caught) == "creating web: web already exists"


def test_a_right_may_be_given_twice(aws: Instance, cloud: Simulated) -> None:
    aws.create({"description": "a"}, token=ROLE)
    aws.create({"description": "b"}, token=ROLE)
    (role,) = cloud.world.read().things
    assert role.inputs == {"description": "b"}


def test_an_output_that_the_sdk_does_not_have_is_a_mistake_of_the_simulation(aws: Instance) -> None:
    with pytest.raises(grpc.RpcError, match="gives nonsense, which the SDK does not have"):
        aws.create({}, token=ROLE, name="bad")


def test_an_update_changes_it_in_place(aws: Instance, cloud: Simulated) -> None:
    aws.create(IN_USE)
    updated = aws.update("web", {"name": "web", "forceDelete": True})
    assert MessageToDict(updated.properties)["forceDelete"] is True
    assert MessageToDict(updated.properties)["registryId"] == secret("1")
    (thing,) = cloud.world.read().things
    assert thing.inputs["forceDelete"] is True
    with pytest.raises(grpc.RpcError, match="gone was not found"):
        aws.update("gone", IN_USE)


def test_a_refresh_sees_what_somebody_changed(aws: Instance, cloud: Simulated) -> None:
    aws.create(IN_USE)
    with cloud.world.changing() as content:
        (thing,) = content.things
        content.put(thing.model_copy(update={"inputs": {**thing.inputs, "tags": {"by": "hand"}}}), 8.0)
    read = aws.read("web")
    assert MessageToDict(read.inputs)["tags"] == {"by": "hand"}
    assert {"tags", "arn", "registryId"} < keys(read.properties)


def test_what_is_gone_has_no_id(aws: Instance, cloud: Simulated) -> None:
    assert aws.read("web").id == ""
    aws.create({}, token=ROLE)
    assert aws.read("role", token=ROLE).id == "role"
    with cloud.world.changing() as content:
        content.put(Thing(token=ECR, id="taker", inputs={}, outputs={}, made=1.0), 1.0)
    assert aws.read("role", token=ROLE).id == ""


def test_a_deletion_that_is_refused_removes_nothing(aws: Instance, cloud: Simulated) -> None:
    aws.create(IN_USE)
    with pytest.raises(grpc.RpcError, match="RepositoryNotEmptyException"):
        aws.delete("web")
    assert len(cloud.world.read().things) == 1


def test_a_deletion_takes_along_what_goes_with_it_and_is_noted_once(aws: Instance, cloud: Simulated) -> None:
    aws.create({"name": "web", "forceDelete": True})
    aws.create({}, token=ROLE)
    aws.delete("web")
    left = cloud.world.read()
    assert left.things == []
    assert [(each.deed, each.id) for each in left.journal[2:]] == [("delete", "role"), ("delete", "web")]
    aws.delete("web")  # is gone already


def test_a_function_answers_and_its_arguments_are_known_by_name(aws: Instance) -> None:
    answer = aws.invoke(LOGIN, registryId="1")
    assert MessageToDict(getattr(answer, "return")) == {"userName": "AWS", "region": "eu-central-1", "asked": "1"}
    refused = aws.invoke(LOGIN, colour="red")
    assert [(each.property, each.reason) for each in refused.failures] == [
        ("colour", f"{LOGIN} has no such argument"),
        ("registryId", "is missing"),
    ]
    with pytest.raises(grpc.RpcError, match="has no aws:sts/getCallerIdentity"):
        aws.invoke("aws:sts/getCallerIdentity:getCallerIdentity")


def test_two_instances_keep_their_own_configuration(cloud: Simulated) -> None:
    with cloud.engine(region="eu-west-1") as one, cloud.engine(region="us-east-1") as other:
        for instance, region in ((one, "eu-west-1"), (other, "us-east-1"), (one, "eu-west-1")):
            answer = getattr(instance.invoke(LOGIN, registryId="1"), "return")
            assert MessageToDict(answer)["region"] == region


def test_a_connection_that_was_lost_takes_the_latest_configuration(cloud: Simulated) -> None:
    with cloud.engine(region="eu-west-1"):
        pass
    with cloud.engine(region="us-east-1"):
        pass
    with grpc.insecure_channel(f"127.0.0.1:{cloud.port}", options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
        answer = Instance(Client(channel, "ResourceProvider")).invoke(LOGIN, registryId="1")
    assert MessageToDict(getattr(answer, "return"))["region"] == "us-east-1"


def test_a_setting_that_the_provider_does_not_have_is_refused(aws: Instance) -> None:
    request = provider_pb2.CheckRequest(urn=urn("pulumi:providers:aws"), news=struct({"zone": "a", "version": "7"}))
    answer = aws.client.ask("CheckConfig", provider_pb2.CheckResponse, request)
    assert [(each.property, each.reason) for each in answer.failures] == [
        ("zone", "the simulated aws provider has no such setting; it has defaultTags, region")
    ]


def test_a_changed_setting_replaces_nothing(aws: Instance) -> None:
    diff = aws.diff({"region": "a"}, {"region": "b"}, of="DiffConfig")
    assert (diff.changes, list(diff.replaces)) == (provider_pb2.DiffResponse.DIFF_SOME, [])


def test_a_configuration_that_the_cloud_refuses_fails(cloud: Simulated) -> None:
    with pytest.raises(grpc.RpcError, match="no such region: moon"), cloud.engine(region="moon"):
        pass


def test_settings_that_are_no_text_come_as_json(cloud: Simulated) -> None:
    with cloud.engine(region='{"a": 1}') as instance:
        answer = getattr(instance.invoke(LOGIN, registryId="1"), "return")
        assert MessageToDict(answer)["region"] == {"a": 1}


def test_a_failure_that_was_asked_for_happens_so_often(aws: Instance, cloud: Simulated) -> None:
    cloud.behaviour = Behaviour(failures=[Failure(token=ECR, message="QuotaExceeded: no more", times=2)])
    for _ in range(2):
        with pytest.raises(grpc.RpcError, match="QuotaExceeded"):
            aws.create(IN_USE)
    assert aws.create(IN_USE).id == "web"
    cloud.behaviour = Behaviour(failures=[Failure(token=LOGIN, deed="call", message="no")])
    with pytest.raises(grpc.RpcError, match="no"):
        aws.invoke(LOGIN, registryId="1")


def test_an_interrupt_ends_what_still_waits(aws: Instance, cloud: Simulated) -> None:
    cloud.behaviour = Behaviour(create_seconds={ECR: 60})
    errors: list[str] = []

    def create() -> None:
        with pytest.raises(grpc.RpcError) as caught:
            aws.create(IN_USE)
        errors.append(said(caught))

    started = time.monotonic()
    waiting = threading.Thread(target=create)
    waiting.start()
    time.sleep(0.2)
    aws.client.ask("Cancel", empty_pb2.Empty, empty_pb2.Empty())
    waiting.join(10)
    assert errors == ["creating web: cancelled"]
    assert time.monotonic() - started < 10
    assert cloud.world.read().things == []


def test_the_end_of_one_engine_is_not_the_end_of_another(cloud: Simulated) -> None:
    with cloud.engine(region="a") as one, cloud.engine(region="b") as other:
        one.client.ask("Cancel", empty_pb2.Empty, empty_pb2.Empty())
        assert other.create(IN_USE).id == "web"


def test_an_engine_attaches_and_is_told_the_sdks_version(aws: Instance) -> None:
    aws.client.ask("Attach", empty_pb2.Empty, plugin_pb2.PluginAttach(address="127.0.0.1:1"))
    assert aws.client.ask("GetPluginInfo", plugin_pb2.PluginInfo, empty_pb2.Empty()).version == "7.0.0"
    handshake = provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:1")
    with pytest.raises(grpc.RpcError) as caught:
        aws.client.ask("Handshake", provider_pb2.ProviderHandshakeResponse, handshake)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED  # pyright: ignore[reportAttributeAccessIssue]
