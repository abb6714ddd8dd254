"""A whole stack on EKS, declared by the real platform and made in the simulated AWS: it is taken, and its nodes pull.

What is not proved here: anything that only an engine does (previews, diffs, replacements), and a real kubelet.
"""

import threading
from pathlib import Path
from typing import Any, cast

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs

from components.platforms.contract import Platform
from components.platforms.eks import check_eks
from components.settings import Secrets
from components.settings_models import EksSettings
from sandbox.clouds import checked
from sandbox.clouds.accounts import ACCOUNT, DEPLOYER_AWS
from sandbox.clouds.aws.access import AwsRules
from sandbox.clouds.aws.type_tokens import ATTACHMENT, ROLE
from sandbox.clouds.world import Thing
from sandbox.engine import property_values
from tests.engine import RecordingMocks, run_program
from tests.unit.aws_world import CONFIG, PULL_ONLY, REGION, TOKENS, Aws, start, trust
from tests.unit.eks_account import NEW_CLUSTER, OTHER_ACCOUNT, STACK, settings

HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
RULES = AwsRules(TOKENS)
Json = dict[str, Any]


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """An account that the recording engine makes everything of AWS in."""
    found = start(tmp_path)
    one = threading.Lock()
    configs: dict[str, Json] = {}

    def new_resource(_: RecordingMocks, args: MockResourceArgs) -> tuple[str | None, Json]:
        inputs = cast("Json", args.inputs)  # pyright: ignore[reportUnknownMemberType]
        if args.typ == "pulumi:providers:aws":
            configs[args.name] = checked.read_configuration({}, property_values.write(inputs))
        if not args.typ.startswith("aws:"):
            return f"{args.name}-id", {}
        # A reference is `urn::id`, and the mocks' ids are `<name>-id`.
        provider = str(args.provider).rpartition("::")[2].removesuffix("-id")
        with one:
            thing = found.create(args.typ.rpartition(":")[2], configs[provider], **inputs)
        return thing.id, dict(thing.outputs)

    def call(_: RecordingMocks, args: MockCallArgs) -> tuple[Json, None]:
        arguments = cast("Json", args.args)  # pyright: ignore[reportUnknownMemberType]
        with one:
            return found.call(args.token.rpartition(":")[2], CONFIG, **arguments), None

    monkeypatch.setattr(RecordingMocks, "new_resource", new_resource)
    monkeypatch.setattr(RecordingMocks, "call", call)
    return found


def up(of: EksSettings) -> Platform:
    made: list[Platform] = []

    def program() -> None:
        platform = check_eks(of, Secrets(), STACK)()
        made.append(platform)
        pulumi.export("password", platform.registry.password)

    run_program(program, stack="eks")
    return made[0]


def node_pull(aws: Aws, host: str = HOST, repository: str = "team/web") -> object:
    """What a node of the newest cluster meets: `no token`, a refusal, or None when it pulls."""
    scene = aws.scene()
    login = RULES.node_login(scene, f"{host}/{repository}")
    if login is None:
        return "no token"
    subject = RULES.subject(scene, host, login)
    assert isinstance(subject, str)
    return RULES.decide(scene, host, repository, subject, "pull")


@pytest.mark.parametrize(
    "sections",
    [
        {},
        {"profile": "production"},
        {"cluster": {**NEW_CLUSTER, "autoMode": True}},
        {"cluster": {**NEW_CLUSTER, "nodeType": "t3.large", "nodeCount": 2, "kubernetesVersion": "1.34"}},
        {"tags": {"team": "web"}},
    ],
)
def test_a_stack_is_taken_whole_its_nodes_pull_and_the_deployer_pushes(aws: Aws, sections: Json) -> None:
    up(settings(**sections))
    assert node_pull(aws) is None
    assert RULES.decide(aws.scene(), HOST, "team/web", DEPLOYER_AWS, "push") is None


def test_what_was_made_can_be_deleted_in_the_opposite_order(aws: Aws) -> None:
    up(settings(cluster={**NEW_CLUSTER, "admins": [f"arn:aws:iam::{ACCOUNT}:role/admins"]}))
    for each in reversed(aws.world.read().things):
        aws.delete(each)
    assert aws.world.read().things == []


def test_a_repository_in_another_region_is_pulled_from_there(aws: Aws) -> None:
    up(settings(registry={"mode": "create", "region": "us-east-1"}))
    assert node_pull(aws, f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com") is None
    assert node_pull(aws) is not None


def test_a_second_stack_attaches_to_what_the_first_one_made(aws: Aws) -> None:
    up(settings())
    second = {"mode": "existing", "name": "prod", "region": REGION}
    image = {"repository": "other/web", "digest": f"sha256:{'a' * 64}"}
    up(settings(cluster=second, image=image))
    assert node_pull(aws, repository="other/web") is None
    up(settings(cluster=second, registry={"mode": "existing"}))


def test_attaching_gives_an_existing_clusters_nodes_the_right(aws: Aws) -> None:
    aws.running()
    aws.create("Repository", name="team/web")
    cluster = {"mode": "existing", "name": "prod", "region": REGION}
    up(settings(cluster=cluster, registry={"mode": "existing"}))
    assert node_pull(aws) == "no token"
    up(settings(cluster={**cluster, "attachPull": True}, registry={"mode": "existing"}))
    assert node_pull(aws) is None


def test_another_accounts_repository_lets_the_nodes_in_when_its_policy_is_written(aws: Aws) -> None:
    with aws.world.changing() as content:
        name = "OrganizationAccountAccessRole"
        arn = f"arn:aws:iam::{OTHER_ACCOUNT}:role/{name}"
        inputs = {"name": name, "assumeRolePolicy": trust("ec2.amazonaws.com")}
        content.put(Thing(token=ROLE, id=name, inputs=inputs, outputs={"arn": arn}, made=1.0), 1.0)
    aws.create("Repository", {**CONFIG, "assumeRoles": [{"roleArn": arn}]}, name="team/web")
    host = f"{OTHER_ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
    registry = {"mode": "existing", "account": OTHER_ACCOUNT}
    up(settings(registry=registry))
    assert node_pull(aws, host) is not None
    cluster = {"mode": "existing", "name": "prod", "region": REGION}
    up(settings(cluster=cluster, registry={**registry, "writePolicy": True}))
    assert node_pull(aws, host) is None


@pytest.mark.parametrize(("without", "met"), [(PULL_ONLY, "no token"), ("team/web", 404)])
def test_a_piece_of_the_wiring_that_is_gone_is_missed_by_the_pull(aws: Aws, without: str, met: object) -> None:
    up(settings())
    with aws.world.changing() as content:
        content.things = [each for each in content.things if without not in each.id]
    found = node_pull(aws)
    assert getattr(found, "status", found) == met


def test_a_reader_on_the_wrong_role_is_no_reader(aws: Aws) -> None:
    up(settings())
    with aws.world.changing() as content:
        content.things = [
            each.model_copy(update={"inputs": {**each.inputs, "role": "prod-eu-central-1-cluster"}})
            if each.token == ATTACHMENT and PULL_ONLY in each.id
            else each
            for each in content.things
        ]
    assert node_pull(aws) == "no token"
