"""What is there before a stack comes: another account's repository, and the role by which that account is entered."""

import json

from sandbox.clouds.accounts import ACCOUNT
from sandbox.clouds.aws.place import Place
from sandbox.clouds.aws.type_tokens import REPOSITORY, ROLE
from sandbox.clouds.world import Thing

_ENTRANCE = "OrganizationAccountAccessRole"


def repository(name: str, place: Place) -> Thing:
    """A repository without a policy of its own, so that no other account gets in."""
    outputs = {
        "arn": place.arn("ecr", f"repository/{name}"),
        "registryId": place.account,
        "region": place.region,
        "repositoryUrl": f"{place.registry}/{name}",
        "imageTagMutability": "MUTABLE",
        "encryptionConfigurations": [{"encryptionType": "AES256"}],
    }
    return Thing(token=REPOSITORY, id=name, inputs={"name": name}, outputs=outputs, made=0.0)


def entrance(place: Place) -> Thing:
    """The role that AWS Organizations makes in each account, for who deploys from the organization's own one."""
    principal = {"AWS": Place(ACCOUNT, place.region).iam("root")}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    inputs = {"name": _ENTRANCE, "assumeRolePolicy": trust}
    outputs = {"arn": place.iam(f"role/{_ENTRANCE}")}
    return Thing(token=ROLE, id=_ENTRANCE, inputs=inputs, outputs=outputs, made=0.0)
