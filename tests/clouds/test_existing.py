"""Clusters and registries of others, in each mix with one's own: used by their nodes' rights, and left as they were."""

import json
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from sandbox.clouds.accounts import ACCOUNT
from sandbox.clouds.aws.place import Place
from sandbox.clouds.aws.type_tokens import ATTACHMENT, ROLE
from sandbox.clouds.azure import seeds
from sandbox.clouds.world import Thing
from sandbox.state import default_state
from tests.clouds import existing
from tests.clouds.conftest import MakeStack, hurried
from tests.clouds.existing import OTHER_SUBSCRIPTION, OTHER_TENANT, TARGETS, Sections
from tests.clouds.mixes import MIXES, Mix
from tests.clouds.reviews import end, review
from tests.clouds.seen import made, pulled, served, serves_another, things, unchanged
from tests.clouds.sky import Sky
from tests.e2e.project import Project, Run, copy_project
from tests.e2e.turns import NODE, of_cloud, turn

STOPPED_AND_THEIRS = (
    seeds.group("clusters"),
    seeds.cluster("stopped", "clusters", power="Stopped"),
    seeds.group("theirs", subscription=OTHER_SUBSCRIPTION, tenant=OTHER_TENANT),
    seeds.registry("fabrikam", "theirs", subscription=OTHER_SUBSCRIPTION),
)


_HAS, _LACKS = "monadic-pipeline-eu-central-1-nodes", "batch-nodes"
_PULL = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
_TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
_ROLE = Thing(
    token=ROLE,
    id=_LACKS,
    inputs={"name": _LACKS, "assumeRolePolicy": json.dumps({"Version": "2012-10-17", "Statement": [_TRUST]})},
    outputs={"arn": Place(ACCOUNT, "eu-central-1").iam(f"role/{_LACKS}")},
    made=0.0,
)


@dataclass(frozen=True)
class Owner:
    """The stack that made cluster and registry."""

    stack: Project
    image: str
    url: str


OwnerOf = Callable[[str], Owner]


@pytest.fixture(scope="module")
def owner_of(sky: Sky, tmp_path_factory: pytest.TempPathFactory) -> Generator[OwnerOf]:
    """The first stack of a target, made when it is first asked for; one for all tests here."""
    stacks: list[Project] = []
    known: dict[str, Owner] = {}
    clouds = ExitStack()

    def owner(target: str) -> Owner:
        if target not in known:
            clouds.enter_context(turn(of_cloud(target), alone=True))
            sky.behave(target)
            folder = tmp_path_factory.mktemp("owner") / target
            stacks.append(hurried(copy_project(folder, default_state(), target, sky.environment)))
            outputs = stacks[-1].must_up()
            known[target] = Owner(stacks[-1], outputs["image"], outputs["url"])
        return known[target]

    with turn(NODE, alone=False), clouds:
        yield owner
        for target in known:
            sky.behave(target)
        with ThreadPoolExecutor() as pool:  # each is in a cloud of its own
            gone = list(pool.map(_destroy_whole, stacks))
    for each in gone:
        assert each.code == 0, each.output


def _destroy_whole(stack: Project) -> Run:
    return stack.pulumi("destroy", "--yes", "--skip-preview", "--remove")


@pytest.fixture
def meanwhile() -> Generator[ExitStack]:
    """What others have done, until the stacks of a test are destroyed: so it comes before `make_stack` in a test."""
    with ExitStack() as stack:
        yield stack


def guest(make_stack: MakeStack, target: str, sections: Sections) -> Project:
    """Another app's stack, with an image that no node has yet."""
    stack = make_stack(target)
    stack.configure("app", name="guest")
    for section, values in sections.items():
        stack.configure(section, **values)
    stack.change_source()
    return stack


def leave(stack: Project) -> None:
    """Destroy it; the fixture that made it has nothing left to do then."""
    gone = stack.pulumi("destroy", "--yes", "--skip-preview")
    assert gone.code == 0, gone.output


@pytest.mark.e2e
@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("target", TARGETS)
def test_another_stack_uses_both_and_leaves_them_as_they_were(
    target: str, owner_of: OwnerOf, make_stack: MakeStack, sky: Sky
) -> None:
    owner = owner_of(target)
    before, answer = sky.of(target), served(sky, owner.url)
    stack = guest(make_stack, target, existing.both(target, owner.image))
    _refused_twice(stack, existing.ATTACHES[target])
    assert sky.of(target) == before

    since = len(sky.requests())
    outputs = stack.must_up()
    pulled(stack, sky, outputs["image"], since)
    assert served(sky, outputs["url"])
    unchanged(stack.up())
    assert sky.of(target) == before

    leave(stack)
    assert sky.of(target) == before
    assert served(sky, owner.url) == answer
    owner.stack.change_source()
    since = len(sky.requests())
    pulled(owner.stack, sky, owner.stack.must_up()["image"], since)
    serves_another(sky, owner.url, answer)


def _refused_twice(stack: Project, section: str) -> None:
    """A right that is there already is not given again; what to set is said, and done."""
    stack.configure(section, attachPull=True)
    refused = stack.up()
    assert refused.code != 0, refused.output
    assert f"{section}.attachPull: " in refused.output, refused.output
    assert f"pulumi config set --path {section}.attachPull false -s {stack.stack}" in refused.output, refused.output
    assert "Traceback" not in refused.output
    stack.configure(section, attachPull=False)


@pytest.mark.e2e
@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("target", TARGETS)
def test_nodes_that_nobody_attached_are_named_and_attached_when_asked(
    target: str, owner_of: OwnerOf, meanwhile: ExitStack, make_stack: MakeStack, sky: Sky
) -> None:
    owner, right, attaches = owner_of(target), existing.RIGHTS[target], existing.ATTACHES[target]
    meanwhile.enter_context(right.taken_away(sky))
    without = things(sky, target)
    stack = guest(make_stack, target, existing.both(target, owner.image))
    stack.configure(attaches, attachPull=False)
    refused = stack.up()
    assert refused.code != 0, refused.output
    assert "the Deployment was not touched" in refused.output, refused.output
    assert f"{right.code} (permanent)" in refused.output, refused.output
    for words in right.says:
        assert words in refused.output, refused.output
    assert stack.kubectl("get", "deployments,pods")["items"] == []
    assert things(sky, target) == without

    stack.configure(attaches, attachPull=True)
    since = len(sky.requests())
    outputs = stack.must_up()
    pulled(stack, sky, outputs["image"], since)
    assert made(without, things(sky, target)) == {right.token: 1}
    leave(stack)
    assert things(sky, target) == without


@pytest.mark.e2e
@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("target", TARGETS)
def test_a_right_taken_away_is_named_before_the_running_version_is_touched(
    target: str, owner_of: OwnerOf, sky: Sky
) -> None:
    owner, right = owner_of(target), existing.RIGHTS[target]
    before = served(sky, owner.url)
    right.take_away(sky)
    owner.stack.change_source()
    refused = owner.stack.up()
    assert refused.code != 0, refused.output
    assert "the Deployment was not touched" in refused.output, refused.output
    assert f"{right.code} (permanent)" in refused.output, refused.output
    assert served(sky, owner.url) == before

    assert owner.stack.pulumi("refresh", "--yes", "--skip-preview").code == 0
    again = owner.stack.up()
    assert again.code == 0, again.output
    serves_another(sky, owner.url, before)


@pytest.mark.e2e
@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("mix", MIXES, ids=str)
def test_each_mix_pulls_and_goes_without_a_trace(
    mix: Mix, owner_of: OwnerOf, meanwhile: ExitStack, make_stack: MakeStack, sky: Sky
) -> None:
    owner = owner_of(mix.target)
    meanwhile.enter_context(sky.having(mix.there))
    before, answer = things(sky, mix.target), served(sky, owner.url)
    stack = guest(make_stack, mix.target, mix.sections(owner.image))
    since = len(sky.requests())
    outputs = stack.must_up()
    pulled(stack, sky, outputs["image"], since)
    assert served(sky, outputs["url"])
    assert made(before, things(sky, mix.target)) == mix.makes
    unchanged(stack.up())

    leave(stack)
    assert things(sky, mix.target) == before
    assert served(sky, owner.url) == answer


@pytest.mark.e2e
def test_a_stopped_aks_cluster_and_a_registry_of_another_tenant_are_told_in_one_preview(
    meanwhile: ExitStack, make_stack: MakeStack, sky: Sky
) -> None:
    meanwhile.enter_context(sky.having(STOPPED_AND_THEIRS))
    stack = make_stack("aks")
    stack.configure("cluster", mode="existing", location=None, name="stopped", resourceGroup="clusters")
    theirs = {"name": "fabrikam", "resourceGroup": "theirs", "subscription": OTHER_SUBSCRIPTION}
    stack.configure("registry", mode="existing", **theirs)
    refused = stack.pulumi("preview")
    assert refused.code != 0, refused.output
    assert f"{stack.stack_file.name}: 2 mistakes, nothing was changed" in refused.output, refused.output
    assert "cluster.name: cluster stopped in resource group clusters is stopped" in refused.output
    assert "az aks start -g clusters -n stopped" in refused.output
    assert "registry: is in another Entra tenant" in refused.output
    assert "az account list" in refused.output
    assert "Traceback" not in refused.output


@pytest.mark.e2e
@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("target", TARGETS)
def test_what_is_there_is_shared_and_as_it_was_when_the_pull_request_has_ended(
    target: str, owner_of: OwnerOf, make_stack: MakeStack, sky: Sky
) -> None:
    owner = owner_of(target)
    before = sky.of(target)
    base = guest(make_stack, target, existing.both(target, owner.image))
    number, of_request = review(base)
    served(sky, of_request.must_up()["url"])
    end(base, number)
    assert sky.of(target) == before
    served(sky, owner.url)
    unchanged(owner.stack.up())


@pytest.mark.e2e
def test_a_refused_update_of_eks_has_given_nothing_and_the_next_one_takes_nothing_away(
    owner_of: OwnerOf, make_stack: MakeStack, sky: Sky
) -> None:
    owner = owner_of("eks")
    with sky.having([_ROLE]):
        before = things(sky, "eks")
        stack = guest(make_stack, "eks", existing.both("eks", owner.image))
        stack.configure("cluster", nodeRoles=[_LACKS, _HAS], attachPull=True)
        refused = stack.up()
        assert refused.code != 0, refused.output
        assert f"cluster.attachPull: the role {_HAS} has AmazonEC2ContainerRegistryPullOnly already" in refused.output
        assert f"aws iam attach-role-policy --role-name {_LACKS} --policy-arn {_PULL}\n" in refused.output
        assert things(sky, "eks") == before

        stack.configure("cluster", attachPull=False)
        assert served(sky, stack.must_up()["url"])
        assert things(sky, "eks") == before
        leave(stack)
    assert not [each for each in sky.content().of(ATTACHMENT) if each.inputs["role"] == _LACKS]
