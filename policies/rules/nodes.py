"""Whether the nodes of the stack can run what it builds."""

from collections.abc import Iterator, Sequence, Set

from components.errors import InvalidValueError
from components.references import split_name
from components.workload_ports import Json
from components.workload_rules import containers
from policies.own_registry import BUILD_IMAGE, DOCKER_IMAGE, pushed_names
from policies.rule import Resource, Stack
from policies.rules.node_pools import Pool, known_pools
from policies.rules.placement import ARCH, allowed, is_free
from policies.rules.pull_rights import AKS, EKS, GKE
from policies.values import at, texts


def node_platform(stack: Stack) -> Iterator[tuple[Resource, str]]:
    """Images and pods for which the stack has no node, and pods that may go to a wrong one."""
    pools = known_pools(stack)
    if not pools:
        return
    platforms = {each.platform for each in pools}
    shown = ", ".join(sorted(platforms))
    for image in stack.of(DOCKER_IMAGE, BUILD_IMAGE):
        built = _built(image)
        if built and not platforms & built:
            yield image, f"{image.shown} is for {', '.join(sorted(built))}, and the nodes of the stack are {shown}"
    for resource, seen in stack.objects:
        pod = seen.pod
        if pod is None:
            continue
        there = allowed(pod, {each.arch for each in pools})
        if there is not None and not there:
            yield resource, f"{seen.kind} {seen.name} asks by {ARCH} for other nodes than the stack has, {shown}"
        for image, wrong in _strays(pod, there or set(), pools, stack):
            said = f"{seen.kind} {seen.name} may go to nodes of {wrong}, and {image.shown} is for"
            yield resource, f"{said} {', '.join(sorted(_built(image)))}; say {ARCH} in its nodeSelector"


def _built(image: Resource) -> set[str]:
    """For what a build is, as `os/arch`; nothing where that is not said, or not known yet."""
    given = texts(at(image.inputs, "build", "platform")) or texts(image.inputs.get("platforms"))
    return {"/".join(each.split("/")[:2]) for each in given}


def _strays(pod: Json, there: Set[str], pools: Sequence[Pool], stack: Stack) -> Iterator[tuple[Resource, str]]:
    """Images of a pod that cannot run on all nodes to which it may go, each with what those are."""
    reached = {each.platform for each in pools if each.arch in there and not each.tainted}
    # To which of several clusters it goes is not known, nor what nodes have that are asked for by another label.
    if len({each.platform for each in pools}) < 2 or len(stack.of(AKS, EKS, GKE)) > 1 or not is_free(pod):  # noqa: PLR2004
        return
    for name in texts([each.get("image") for each in containers(pod)]):
        for image in _pushed_as(name, stack):
            built = _built(image)
            if built & {each.platform for each in pools} and reached - built:
                yield image, ", ".join(sorted(reached - built))


def _pushed_as(reference: str, stack: Stack) -> list[Resource]:
    """The build that a reference is of; nothing where it is another's, or two have its repository."""
    try:
        repository = split_name(str.__str__(reference).partition("@")[0]).repository
    except InvalidValueError:
        return []
    found = [
        each
        for each in stack.of(DOCKER_IMAGE, BUILD_IMAGE)
        if repository in {name.repository for name in pushed_names(each)}
    ]
    return found if len(found) == 1 else []
