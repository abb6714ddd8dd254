"""Rules of registries by which an image that runs can be removed.

No age and no count of images is safe: the one that runs may be the oldest, and it may have lost its tag, as a second
build of one content has another digest and takes the tag. No tag is safe either, as `image.digest` may name an image of
any: but for those that are called caches of builds, which nobody deploys.
"""

import base64
import binascii
import re
from collections.abc import Iterator

from policies.rule import Resource, Stack
from policies.rules.documents import document
from policies.values import LATER, at, listed, mapping, texts

ECR_LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
ACR = "azure-native:containerregistry:Registry"
ACR_TASKS = ("azure-native:containerregistry:Task", "azure-native:containerregistry:TaskRun")
GAR = "gcp:artifactregistry/repository:Repository"
_CACHE = re.compile(r"(?:build[-_]?)?cache(?:[-_.*].*)?", re.IGNORECASE)
"""How the tags of caches of builds begin: `buildcache`, `cache-*`."""


def retention(resource: Resource, _: Stack) -> Iterator[str]:
    """What removes images that may run."""
    if resource.type == ECR_LIFECYCLE:
        yield from _of_ecr(resource)
    elif resource.type == ACR:
        yield from _of_acr(resource)
    elif resource.type == GAR:
        yield from _of_gar(resource)
    elif _purges(resource):
        yield f"{resource.shown} runs acr purge, which asks nobody whether an image runs"


def _of_ecr(resource: Resource) -> Iterator[str]:
    for rule in listed(at(document(resource.inputs.get("policy")), "rules")):
        selection = mapping(at(rule, "selection"))
        chosen = [*texts(selection.get("tagPrefixList")), *texts(selection.get("tagPatternList"))]
        what = _what(selection.get("tagStatus"), chosen)
        if what is not None and at(rule, "action", "type") in ("expire", None):
            yield f"{resource.shown}: rule {at(rule, 'rulePriority')} expires {what}"


def _of_acr(resource: Resource) -> Iterator[str]:
    policy = mapping(at(resource.inputs, "policies", "retentionPolicy"))
    if policy.get("status") == "enabled":
        days = policy.get("days", 7)
        yield f"{resource.shown} removes what has had no tag for {days} days, and a running image can lose its tag"


def _of_gar(resource: Resource) -> Iterator[str]:
    if resource.inputs.get("cleanupPolicyDryRun") is True:
        return
    for policy in listed(resource.inputs.get("cleanupPolicies")):
        condition = mapping(at(policy, "condition"))
        state = str(condition.get("tagState", "ANY")).lower()
        what = _what(state, texts(condition.get("tagPrefixes")))
        if at(policy, "action") == "DELETE" and what is not None:
            yield f"{resource.shown}: cleanup policy {at(policy, 'id')} deletes {what}"


def _what(state: object, chosen: list[str]) -> str | None:
    """Which images a selection takes that may run; None where it can take none."""
    if state is LATER:
        return None
    if state == "tagged" and chosen:
        risky = [each for each in chosen if not _CACHE.fullmatch(each)]
        return f"images whose tag is like {', '.join(risky)}, and an image that runs may have such" if risky else None
    if state == "untagged":
        return "images without a tag, and a running image can lose its tag"
    return "images whatever their tag"


def _purges(resource: Resource) -> bool:
    steps = [at(resource.inputs, "step"), at(resource.inputs, "runRequest", "step"), at(resource.inputs, "runRequest")]
    return any("acr purge" in _decoded(at(each, "encodedTaskContent")) for each in steps)


def _decoded(content: object) -> str:
    try:
        return base64.b64decode(content if isinstance(content, str) else "").decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""
