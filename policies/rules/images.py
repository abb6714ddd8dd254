"""Images as workloads name them and as builds push them."""

from collections import defaultdict
from collections.abc import Iterator

from components.references import is_content_tag
from components.workload_images import image_fault
from components.workload_ports import Json
from components.workload_rules import each_pull, policy_fault
from policies.own_registry import BUILD_IMAGE, DOCKER_IMAGE, own_registry, pushed_names
from policies.rule import Resource, Stack, objects_of
from policies.values import at
from pulls import loaded

_ANY_DIGEST = "@sha256:" + "0" * 64


def pull_policy(resource: Resource, _: Stack) -> Iterator[str]:
    """Pull policies with which a pod starts only by chance."""
    for name, pod in _pods(resource):
        for where, _image, policy in each_pull(pod):
            fault = policy_fault(policy)
            if fault is not None:
                yield f"{name}: {where} {fault}"


def image_registry(resource: Resource, stack: Stack) -> Iterator[str]:
    """Images from where this stack's nodes may not pull, and what names no image."""
    yield from _faults(resource, stack, of_name=True)


def image_digest(resource: Resource, stack: Stack) -> Iterator[str]:
    """Images whose content can change under their name."""
    yield from _faults(resource, stack, of_name=False)


def image_tag(resource: Resource, stack: Stack) -> Iterator[str]:
    """Tags of other registries, which whoever has these may move; those of the stack's own are `image_digest`'s."""
    prefix = own_registry(stack)
    for name, pod in _pods(resource):
        other_login = bool(pod.get("imagePullSecrets"))
        for where, image, policy in each_pull(pod):
            if not isinstance(image, str) or "@" in image or loaded.is_loaded(image):
                continue
            if image_fault(image, policy, prefix, other_login=other_login) is None:
                yield f"{name}: {where} has image {image!r}, a tag that its owner can move"


def _faults(resource: Resource, stack: Stack, *, of_name: bool) -> Iterator[str]:
    prefix = own_registry(stack)
    for name, pod in _pods(resource):
        other_login = bool(pod.get("imagePullSecrets"))
        for where, image, policy in each_pull(pod):
            if not isinstance(image, str):
                continue
            fault = image_fault(image, policy, prefix, other_login=other_login)
            # What a digest would not mend is wrong with the name.
            by_digest = str.__str__(image).partition("@")[0] + _ANY_DIGEST
            stays = image_fault(by_digest, policy, prefix, other_login=other_login) is not None
            if fault is not None and stays is of_name:
                yield f"{name}: {where} has image {image!r}: {fault}"


def _pods(resource: Resource) -> Iterator[tuple[str, Json]]:
    for seen in objects_of(resource):
        pod = seen.pod
        if pod is not None:
            yield f"{seen.kind} {seen.name}", pod


def tag_moves(resource: Resource, _: Stack) -> Iterator[str]:
    """Tags of pushed images that do not say their content, so that the next push takes them from this one."""
    names = list(pushed_names(resource))
    if names and not any(is_content_tag(each.tag) for each in names):
        shown = ", ".join(f"{each.repository}:{each.tag or 'latest'}" for each in names)
        yield f"{resource.shown} is pushed as {shown}, which the next push takes away from its digest"


def tag_shared(stack: Stack) -> Iterator[tuple[Resource, str]]:
    """One name and tag for two images of a stack."""
    users: defaultdict[str, list[Resource]] = defaultdict(list)
    for image in stack.of(DOCKER_IMAGE, BUILD_IMAGE):
        for name in {f"{each.repository}:{each.tag or 'latest'}" for each in pushed_names(image)}:
            users[name].append(image)
    for name, (first, *others) in users.items():
        yield from ((each, f"{each.shown} is pushed as {name}, and so is {first.name}") for each in others)


def image_platform(resource: Resource, _: Stack) -> Iterator[str]:
    """Builds for whatever machine they happen to run on."""
    if resource.type == DOCKER_IMAGE:
        build = at(resource.inputs, "build")
        if build is not None and at(build, "platform") is None:
            yield f"{resource.shown} says no build.platform, so it is for the machine that builds it"
    elif not at(resource.inputs, "platforms"):
        yield f"{resource.shown} says no platforms, so it is for the machine that builds it"
