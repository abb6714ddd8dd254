"""The ECR repository of a stack, made or there already, and the login to push to it."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws_sdk
from pulumi_aws import ecr

from components.platforms.contract import Registry
from components.platforms.eks_provider import Aws, in_account
from components.settings_eks import ExistingEcr, NewEcr
from components.settings_models import EksSettings

_CACHE_DAYS = 14
LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "description": "Build caches",
                "selection": {
                    "tagStatus": "tagged",
                    "tagPrefixList": ["buildcache"],
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": _CACHE_DAYS,
                },
                "action": {"type": "expire"},
            }
        ]
    },
    sort_keys=True,
)
"""What ECR may remove: only tags that nothing is deployed by.

No count and no age of other images is safe. A running image can be the oldest one, and it can lose its tag: a tag is
by content, two builds of one content have two digests, and the second push takes the tag from the first. The tags of
deployed images are hexadecimal digits, so none of them begins with this prefix.
"""


@dataclass(frozen=True)
class Repository:
    """Where the image is."""

    url: pulumi.Input[str]
    """`host/name`."""
    arn: pulumi.Input[str]
    account: pulumi.Input[str]
    name: str
    region: str
    made: ecr.Repository | None = None


def owner_of(settings: EksSettings, aws: Aws) -> Aws:
    """The login for all that is done to the repository: of its own account where this stack writes its policy.

    Nobody else can write it. And once it names only the nodes, nobody else may look the repository up or push to it.
    """
    registry = settings.registry
    if not isinstance(registry, ExistingEcr) or not registry.write_policy:
        return aws
    if registry.account in (None, aws_sdk.get_caller_identity(opts=aws.invoked).account_id):
        return aws
    return in_account(str(registry.account), _region(settings), aws, settings.tags)


def existing_repository(settings: EksSettings, found: ecr.GetRepositoryResult) -> Repository:
    """One that is there."""
    return Repository(found.repository_url, found.arn, found.registry_id, settings.image.repository, _region(settings))


def make_repository(settings: EksSettings, aws: Aws, name: str) -> Repository:
    """Declare one, called as `image.repository`; `name` is the resource's."""
    called, region, is_test = settings.image.repository, _region(settings), settings.profile == "test"
    made = ecr.Repository(
        name,
        name=called,
        region=region,
        # Destroying the stack then takes the images along, which a repository with images refuses otherwise.
        force_delete=is_test,
        image_scanning_configuration={"scan_on_push": True},
        # A second build of the same content has the same tag.
        image_tag_mutability="MUTABLE",
        # With this the preview of a destroy refuses; AWS does at this step, when the app is gone.
        opts=pulumi.ResourceOptions.merge(aws.options(), pulumi.ResourceOptions(protect=not is_test)),
    )
    ecr.LifecyclePolicy(name, repository=made.name, policy=LIFECYCLE, region=region, opts=aws.options())
    return Repository(made.repository_url, made.arn, made.registry_id, called, region, made)


def _region(settings: EksSettings) -> str:
    registry = settings.registry
    other = registry.region if isinstance(registry, NewEcr | ExistingEcr) else None
    return other or settings.cluster.region


def push_registry(repository: Repository, aws: Aws) -> Registry:
    """Where to push, and with a token of 12 hours that the deployer's own login gives."""
    host = pulumi.Output.from_input(repository.url).apply(lambda url: url.partition("/")[0])
    token = ecr.get_authorization_token_output(
        registry_id=repository.account, region=repository.region, opts=aws.invoked
    )
    return Registry(
        server=host,
        prefix=host,
        username=token.user_name,
        password=pulumi.Output.secret(token.password),
        replace_with=(repository.made,) if repository.made is not None else (),
    )
