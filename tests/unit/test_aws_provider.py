"""The simulated AWS as an engine meets it: over the provider's protocol."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from sandbox.clouds import checked
from sandbox.clouds.accounts import ACCOUNT
from sandbox.clouds.aws.type_tokens import CLUSTER, NODE_GROUP, REPOSITORY
from sandbox.clouds.provider import CloudProvider
from sandbox.engine.property_values import UNKNOWN
from tests.unit.aws_world import PULL_ONLY, REGION, Aws, start
from tests.unit.simulated_cloud import Simulated


@pytest.fixture
def aws(tmp_path: Path) -> Aws:
    return start(tmp_path)


@pytest.fixture
def engine(aws: Aws) -> Generator[Simulated]:
    """The same account, served."""
    server = grpc.server(ThreadPoolExecutor())
    provider = CloudProvider("aws", aws.cloud.version, lambda: aws.cloud, aws.deeds)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield Simulated(port, aws.world)
    server.stop(None).wait(5)


def test_a_repository_lives_from_check_to_deletion(engine: Simulated) -> None:
    with engine.engine(region=REGION, defaultTags='{"tags": {"managed-by": "pulumi"}}') as instance:
        inputs = {"name": "team/web", "forceDelete": True, "imageScanningConfiguration": {"scanOnPush": True}}
        assert instance.refused(inputs) == []
        preview = checked.read(instance.create(inputs, preview=True).properties)
        assert "repositoryUrl" not in preview
        made = instance.create(inputs)
        state = checked.read(made.properties)
        assert state["repositoryUrl"] == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/web"
        assert state["tagsAll"] == {"managed-by": "pulumi"}
        again = instance.read(made.id)
        assert checked.read(again.inputs) == inputs
        assert checked.read(again.properties) == state
        instance.delete(made.id)
        assert instance.read(made.id).id == ""


@pytest.mark.parametrize(
    ("token", "change", "replaces"),
    [
        (REPOSITORY, {"name": "b"}, ["name"]),
        (REPOSITORY, {"forceDelete": True}, []),
        (REPOSITORY, {"region": "us-east-1"}, ["region"]),
        (CLUSTER, {"version": "1.35"}, []),
        (CLUSTER, {"accessConfig": {"bootstrapClusterCreatorAdminPermissions": False}}, ["accessConfig"]),
        (CLUSTER, {"accessConfig": {"authenticationMode": "API"}}, []),
        (NODE_GROUP, {"instanceTypes": ["m7i.large"]}, ["instanceTypes"]),
        (NODE_GROUP, {"scalingConfig": {"desiredSize": 2}}, []),
        (NODE_GROUP, {"nodeRoleArn": UNKNOWN}, ["nodeRoleArn"]),
    ],
)
def test_a_change_is_made_in_place_or_by_a_new_thing(
    engine: Simulated, token: str, change: dict[str, object], replaces: list[str]
) -> None:
    with engine.engine(region=REGION) as instance:
        old = {"name": "aa", "accessConfig": {}, "scalingConfig": {"desiredSize": 1}, "instanceTypes": ["t3.medium"]}
        answer = instance.diff(old, {**old, **change}, token=token)
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(answer.replaces) == replaces


def test_a_refusal_reaches_the_engine_in_awss_words(engine: Simulated) -> None:
    with engine.engine(region=REGION) as instance:
        instance.create({"name": "team/web"})
        with pytest.raises(grpc.RpcError) as caught:
            instance.create({"name": "team/web"})
    assert "RepositoryAlreadyExistsException: The repository with name 'team/web'" in str(caught.value)


def test_two_providers_of_one_stack_are_in_two_regions(engine: Simulated) -> None:
    with engine.engine(region=REGION) as here, engine.engine(region="us-east-1") as there:
        one, other = here.create({"name": "aa"}), there.create({"name": "bb"})
    urls = [checked.read(each.properties)["repositoryUrl"] for each in (one, other)]
    assert [url.split(".")[3] for url in urls] == [REGION, "us-east-1"]


def test_functions_answer(engine: Simulated, aws: Aws) -> None:
    aws.running(PULL_ONLY)
    with engine.engine(region=REGION) as instance:
        partition = instance.invoke("aws:index/getPartition:getPartition")
        cluster = instance.invoke("aws:eks/getCluster:getCluster", name="prod")
    assert checked.read(getattr(partition, "return"))["partition"] == "aws"
    assert checked.read(getattr(cluster, "return"))["status"] == "ACTIVE"
