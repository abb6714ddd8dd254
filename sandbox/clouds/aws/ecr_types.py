"""Repositories of the simulated ECR, their lifecycle rules and their policies.

Checks beyond moto's are those of hashicorp/terraform-provider-aws internal/service/ecr and of botocore's model of ECR.
"""

import json
import re

from sandbox.clouds.aws.kind import AwsType
from sandbox.clouds.aws.moto_account import Asked, Deed
from sandbox.clouds.aws.place import Place, place_of_thing
from sandbox.clouds.aws.policies import principals, role_by_arn, statements
from sandbox.clouds.aws.type_tokens import IMAGE
from sandbox.clouds.aws.values import key_values, listed, refused
from sandbox.clouds.kinds import Json, Order
from sandbox.clouds.world import Content, Thing
from sandbox.engine.property_values import UNKNOWN

_NAME = re.compile(r"(?=.{2,256}$)(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*")
_MUTABILITY = ("MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION")


def _check_repository(inputs: Json) -> list[tuple[str, str]]:
    name, mutability = inputs.get("name"), inputs.get("imageTagMutability", "MUTABLE")
    wrong: list[tuple[str, str]] = []
    if name is None:
        wrong.append(("name", "is missing: the simulation makes no names up"))
    elif name != UNKNOWN and not _NAME.fullmatch(str(name)):
        must = "must be 2 to 256 characters, a path of lower-case names with single separators, without a registry"
        wrong.append(("name", f"invalid value for name: {must}"))
    if mutability not in (*_MUTABILITY, UNKNOWN):
        wrong.append(("imageTagMutability", f"expected one of {', '.join(_MUTABILITY)}, got {mutability}"))
    return wrong


def _check_json(name: str, inputs: Json) -> list[tuple[str, str]]:
    text = inputs.get(name)
    if text == UNKNOWN:
        return []
    try:
        json.loads(str(text))
    except ValueError as error:
        return [(name, f"contains an invalid JSON: {error}")]
    return []


def _make_repository(asked: Asked, inputs: Json) -> str:
    encryption = listed(inputs, "encryptionConfigurations")
    asked(
        "ecr",
        "CreateRepository",
        repositoryName=inputs["name"],
        imageTagMutability=inputs.get("imageTagMutability"),
        imageScanningConfiguration=inputs.get("imageScanningConfiguration"),
        encryptionConfiguration=encryption[0] if encryption else None,
        tags=key_values(inputs),
    )
    return str(inputs["name"])


def _unmake_repository(asked: Asked, inputs: Json) -> None:
    _ = inputs
    asked("ecr", "DeleteRepository", repositoryName=asked.known, force=True)


def _repository_outputs(order: Order, place: Place, identifier: str, asked: Asked) -> Json:
    found = asked("ecr", "DescribeRepositories", repositoryNames=[identifier])["repositories"][0]
    return {
        "arn": found["repositoryArn"],
        "registryId": found["registryId"],
        # Not moto's, which forgets that China has a suffix of its own.
        "repositoryUrl": f"{place.registry}/{identifier}",
        "imageTagMutability": found["imageTagMutability"],
        "encryptionConfigurations": order.inputs.get("encryptionConfigurations")
        or [{"encryptionType": found["encryptionConfiguration"]["encryptionType"]}],
    }


def _empty_or_forced(thing: Thing, content: Content, now: float) -> None:
    place = place_of_thing(thing)
    image = content.find(IMAGE, f"{place.registry}/{thing.id}")
    if image is None:
        return
    if not thing.inputs.get("forceDelete"):
        message = (
            f"The repository with name '{thing.id}' in registry with id '{place.account}' cannot be deleted because "
            "it still contains images"
        )
        raise refused(message, "ECR", "DeleteRepository", "RepositoryNotEmptyException")
    content.remove(image, now)


def _put_lifecycle(asked: Asked, inputs: Json) -> str:
    asked("ecr", "PutLifecyclePolicy", repositoryName=inputs["repository"], lifecyclePolicyText=str(inputs["policy"]))
    return str(inputs["repository"])


def _put_policy(asked: Asked, inputs: Json) -> str:
    asked("ecr", "SetRepositoryPolicy", repositoryName=inputs["repository"], policyText=str(inputs["policy"]))
    return str(inputs["repository"])


def _principals_exist(order: Order, place: Place) -> None:
    """A policy that names a role that is not there, or one of another partition, is no policy."""
    _ = place
    for each in statements(order.inputs["policy"]):
        for arn in principals(each):
            if ":role/" in arn and role_by_arn(order.content, arn) is None:
                reason = "failed to satisfy constraint: 'Invalid repository policy provided'"
                message = f"Invalid parameter at 'PolicyText' {reason}"
                raise refused(message, "ECR", "SetRepositoryPolicy", "InvalidParameterException")


def _of_registry(order: Order, place: Place, identifier: str, asked: Asked) -> Json:
    _ = order, identifier, asked
    return {"registryId": place.account}


ECR_TYPES = (
    AwsType(
        module="ecr",
        name="Repository",
        title="ECR Repository",
        deed=Deed(_make_repository, _unmake_repository),
        outputs=_repository_outputs,
        replaces=("name", "encryptionConfigurations"),
        check=_check_repository,
        may_go=_empty_or_forced,
    ),
    AwsType(
        module="ecr",
        name="LifecyclePolicy",
        title="ECR Lifecycle Policy",
        deed=Deed(
            _put_lifecycle,
            lambda asked, inputs: _ask(asked, "DeleteLifecyclePolicy", repositoryName=str(inputs["repository"])),
        ),
        outputs=_of_registry,
        replaces=("repository", "policy"),
        check=lambda inputs: _check_json("policy", inputs),
        has_tags=False,
    ),
    AwsType(
        module="ecr",
        name="RepositoryPolicy",
        title="ECR Repository Policy",
        deed=Deed(
            _put_policy,
            lambda asked, inputs: _ask(asked, "DeleteRepositoryPolicy", repositoryName=str(inputs["repository"])),
        ),
        outputs=_of_registry,
        replaces=("repository",),
        check=lambda inputs: _check_json("policy", inputs),
        may=_principals_exist,
        change=lambda asked, inputs, _: _unit(_put_policy(asked, inputs)),
        has_tags=False,
    ),
)


def _ask(asked: Asked, operation: str, **arguments: str) -> None:
    asked("ecr", operation, **arguments)


def _unit(value: object) -> None:
    _ = value
