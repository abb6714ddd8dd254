"""Says that an object under a name that the stack wants is somebody else's, and what to type.

The Kubernetes provider applies on the server (kubernetes.io, "Server-Side Apply": Conflicts), so that nobody's fields
are overwritten; what it says of it names the fields, and neither the object nor a way out.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

import pulumi

from components.platforms.cloud_errors import with_advice
from components.stack_file import StackFile

_KUBERNETES = "kubernetes:"
_OWNER = re.compile(r'conflicts? with "([^"]+)"')


def explain_conflicts(stack: StackFile, context: Callable[[], str]) -> None:
    """Give every Kubernetes object that is registered from now on the hook that says so.

    Args:
        stack: whose file and commands.
        context: of its cluster; asked when it is needed.
    """

    def failed(args: pulumi.ErrorHookArgs) -> bool:
        found = conflict(args.type, args.new_inputs or {}, "\n".join(args.errors), stack, context)
        if found:
            pulumi.log.error(found)
        return False  # it would fail again

    hook = pulumi.ErrorHook("foreign-object", failed)

    def explained(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if not args.type_.startswith(_KUBERNETES):
            return None
        return pulumi.ResourceTransformationResult(args.props, with_advice(args.opts, hook))

    pulumi.runtime.register_stack_transformation(explained)


def conflict(type_: str, inputs: Mapping[str, Any], errors: str, stack: StackFile, context: Callable[[], str]) -> str:
    """The message for an object of somebody else; empty where that is not why it failed. Pure.

    Args:
        type_: of the resource, such as `kubernetes:core/v1:Service`.
        inputs: that were applied.
        errors: of the provider.
        stack: whose commands are offered.
        context: of its cluster.
    """
    owners = ", ".join(dict.fromkeys(_OWNER.findall(errors)))
    metadata = cast("Mapping[str, Any]", inputs.get("metadata") or {})
    name, namespace = metadata.get("name"), metadata.get("namespace")
    if not owners or not isinstance(name, str):
        return ""
    group, _, kind = type_.removeprefix(_KUBERNETES).partition(":")
    place = f" -n {namespace}" if namespace else ""
    group = group.partition("/")[0]
    full = kind.lower() if group == "core" else f"{kind.lower()}.{group}"
    kubectl = f"kubectl --context {context()}{place}"
    commands = (
        f"{kubectl} get {full} {name} -o yaml --show-managed-fields  # what it is",
        f"{kubectl} delete {full} {name}  # when nobody needs it; then pulumi up -s {stack.stack}",
        f"{stack.set(('app', 'namespace'), '<name>')}  # when somebody does: a place of its own",
    )
    there = f" in namespace {namespace}" if namespace else ""
    first = f"{kind} {name}{there} is not this stack's, but that of {owners}; it was left as it is. Type:"
    return "\n".join([first, *(f"    {each}" for each in commands)])
