"""Nodes of several roles of which one may pull already: none is given anything, and the way on is told."""

import json

import pytest

from sandbox.clouds.accounts import ACCOUNT
from sandbox.clouds.aws.place import Place
from sandbox.clouds.aws.type_tokens import ATTACHMENT, ROLE
from sandbox.clouds.world import Thing
from tests.clouds.conftest import MakeStack
from tests.clouds.existing import both
from tests.clouds.seen import served, things
from tests.clouds.sky import Sky

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


@pytest.mark.e2e
def test_a_refused_update_has_given_nothing_and_the_next_one_takes_nothing_away(
    make_stack: MakeStack, sky: Sky
) -> None:
    outputs = make_stack("eks").must_up()
    guest = make_stack("eks")
    with sky.having([_ROLE]):
        before = things(sky, "eks")
        for section, values in both("eks", outputs["image"]).items():
            guest.configure(section, **values)
        guest.configure("app", name="guest")
        guest.configure("cluster", nodeRoles=[_LACKS, _HAS], attachPull=True)
        refused = guest.up()
        assert refused.code != 0, refused.output
        assert f"cluster.attachPull: the role {_HAS} has AmazonEC2ContainerRegistryPullOnly already" in refused.output
        assert f"aws iam attach-role-policy --role-name {_LACKS} --policy-arn {_PULL}\n" in refused.output
        assert things(sky, "eks") == before

        guest.configure("cluster", attachPull=False)
        assert served(sky, guest.must_up()["url"])
        assert things(sky, "eks") == before
        gone = guest.pulumi("destroy", "--yes", "--skip-preview")  # before the cluster goes
        assert gone.code == 0, gone.output
    assert not [each for each in sky.content().of(ATTACHMENT) if each.inputs["role"] == _LACKS]
