"""Which part of a deployment a resource belongs to. Pure."""

import re
from enum import StrEnum

from ops.pr_comment.model import Change, Does
from ops.pr_comment.shapes import word
from ops.pr_comment.values import UNKNOWN
from ops.stack_grant import grants
from ops.state import APP_IMAGE_TYPE, Resource, State


class Part(StrEnum):
    """A part of a deployment, in the order of the image's way; its value is for a sentence."""

    IMAGE = "image"
    REGISTRY = "registry"
    SIGNATURE = "signature"
    """The key that an image must be signed with, where a stack asks for one."""
    GRANT = "right to pull"
    CLUSTER = "cluster"
    ROLLOUT = "rollout"
    APP = "app"
    """What stands beside the pods: services, routes, settings."""
    PROVIDER = "provider"
    """How Pulumi reaches a cloud or a cluster."""
    OTHER = "other resources"


_CLOUDS = ("azure-native:", "aws:", "gcp:", "azure:", "azuread:", "google-native:", "aws-native:", "eks:", "awsx:")
_RULES: tuple[tuple[re.Pattern[str], Part], ...] = tuple(
    (re.compile(pattern), part)
    for pattern, part in (
        (r"docker(-build)?:index(/\w+)?:(Image|RegistryImage)", Part.IMAGE),
        (r"azure-native:containerregistry(/v\w+)?:\w+", Part.REGISTRY),
        (r"(aws:ecr|aws:ecrpublic|gcp:artifactregistry)/\w+:(?!\w*(Policy|Iam))\w+", Part.REGISTRY),
        (r"aws:ecr/lifecyclePolicy:LifecyclePolicy", Part.REGISTRY),
        (r"kubernetes:(apps|batch)/\w+:(Deployment|StatefulSet|DaemonSet|Job|CronJob)", Part.ROLLOUT),
        (r"kubernetes:core/v1:Pod", Part.ROLLOUT),
        (r"kubernetes:.*", Part.APP),
        (r"pipeline:index:(PipelineApp|AppNamespace)", Part.APP),
        (APP_IMAGE_TYPE, Part.IMAGE),
        (r"pulumi:providers:.*", Part.PROVIDER),
    )
)
_ROLES = ("azure-native:authorization", "aws:iam/rolePolicyAttachment", "gcp:artifactregistry/repositoryIam")
_ROLE_KEYS = ("roleDefinitionId", "policyArn", "role")


def part_of(change: Change) -> Part:
    """The part that a resource belongs to."""
    if _grants(change):
        return Part.GRANT
    if change.type == APP_IMAGE_TYPE and change.does is Does.UPDATE:
        return Part.SIGNATURE  # it has no other inputs
    for pattern, part in _RULES:
        if pattern.fullmatch(change.type):
            return part
    return Part.CLUSTER if change.type.startswith(_CLOUDS) else Part.OTHER


def _grants(change: Change) -> bool:
    """Whether it lets somebody pull; of a role that is not known before the update, it is taken to be one."""
    resource = Resource(urn=change.urn, type=change.type, inputs=change.now)
    if grants(State(written=None, resources=(resource,))):
        return True
    unknown = any(word(change.now.get(key)) == UNKNOWN for key in _ROLE_KEYS)
    return unknown and change.type.startswith(_ROLES)
