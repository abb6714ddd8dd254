"""Images of Docker Hub that are pulled without a login, of which it gives an address so many in some hours."""

from collections.abc import Iterator

from components.errors import InvalidValueError
from components.references import split_name
from components.workload_ports import Json
from components.workload_relations import Workload
from components.workload_rules import each_pull
from policies.rule import Resource, Stack
from policies.values import at

_HOSTS = ("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
_DEFAULT = "default"
"""The account of a pod that names none."""


def pull_limit(stack: Stack) -> Iterator[tuple[Resource, str]]:
    """Pods that pull from Docker Hub as nobody."""
    for resource, seen in stack.objects:
        pod = seen.pod
        if pod is None or pod.get("imagePullSecrets") or _by_account(pod, seen, stack):
            continue
        for where, image, _policy in each_pull(pod):
            if isinstance(image, str) and _is_of_hub(image):
                yield resource, f"{seen.kind} {seen.name}: {where} pulls {image!r} without a login"


def _is_of_hub(image: str) -> bool:
    """What names no registry is another rule's (`image-registry`)."""
    try:
        return split_name(str.__str__(image).partition("@")[0]).host in _HOSTS
    except InvalidValueError:
        return False


def _by_account(pod: Json, seen: Workload, stack: Stack) -> bool:
    """Whether the account of a pod may bring a pull secret: one that others make may."""
    called = pod.get("serviceAccountName") or _DEFAULT
    accounts = [
        each
        for each in stack.workloads
        if each.kind.removesuffix("Patch") == "ServiceAccount"
        and each.namespace in (None, seen.namespace)
        and at(each.inputs, "metadata", "name") == called
    ]
    return any(each.inputs.get("imagePullSecrets") for each in accounts) or (not accounts and called != _DEFAULT)
