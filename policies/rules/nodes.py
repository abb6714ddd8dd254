"""Whether the nodes of the stack can run what it builds."""

from collections.abc import Iterator

from components.platforms.node_sizes import aws_platform, azure_platform, google_platform
from policies.own_registry import BUILD_IMAGE, DOCKER_IMAGE
from policies.rule import Resource, Stack
from policies.rules.pull_rights import AKS, EKS_NODES
from policies.values import LATER, at, listed, mapping, texts

AKS_POOL = "azure-native:containerservice:AgentPool"
GKE_NODES = "gcp:container/nodePool:NodePool"
_ARCH = "kubernetes.io/arch"
_EC2_DEFAULT, _GCE_DEFAULT = "t3.medium", "e2-medium"
"""What EKS (CreateNodegroup) and GKE (NodeConfig.machineType) take where nothing is said."""


def node_platform(stack: Stack) -> Iterator[tuple[Resource, str]]:
    """Images and pods for which the stack has no node."""
    platforms = node_platforms(stack)
    if not platforms:
        return
    shown = ", ".join(sorted(platforms))
    for image in stack.of(DOCKER_IMAGE, BUILD_IMAGE):
        built = texts(at(image.inputs, "build", "platform")) or texts(image.inputs.get("platforms"))
        if built and not platforms & {*built}:
            yield image, f"{image.shown} is for {', '.join(built)}, and the nodes of the stack are {shown}"
    for resource, seen in stack.objects:
        wanted = at(mapping(seen.pod), "nodeSelector", _ARCH)
        if isinstance(wanted, str) and wanted not in {each.partition("/")[2] for each in platforms}:
            yield resource, f"{seen.kind} {seen.name} wants nodes of {wanted}, and those of the stack are {shown}"


def node_platforms(stack: Stack) -> set[str]:
    """What the nodes that a stack makes can run; empty where it makes none, or where not all of them is known."""
    sizes: list[tuple[object, str]] = []
    for each in stack.resources:
        sizes += _sizes(each)
    return set() if any(size is LATER for size, _ in sizes) else {_platform(str(size), cloud) for size, cloud in sizes}


def _sizes(resource: Resource) -> list[tuple[object, str]]:
    """The machine types of a resource's nodes, each with its cloud; LATER for those not known yet."""
    inputs = resource.inputs
    if resource.type == EKS_NODES:
        types = inputs.get("instanceTypes")
        return [(each, "aws") for each in ((LATER,) if types is LATER else listed(types) or (_EC2_DEFAULT,))]
    if resource.type in (AKS, AKS_POOL):
        pools = listed(inputs.get("agentPoolProfiles")) if resource.type == AKS else [inputs]
        linux = [each for each in pools if at(each, "osType") != "Windows" and at(each, "vmSize") is not None]
        return [(at(each, "vmSize"), "azure") for each in linux]
    if resource.type == GKE_NODES:
        machine = at(inputs, "nodeConfig", "machineType")
        return [(_GCE_DEFAULT if machine is None else machine, "google")]
    return []


def _platform(size: str, cloud: str) -> str:
    return {"aws": aws_platform, "azure": azure_platform, "google": google_platform}[cloud](size)
