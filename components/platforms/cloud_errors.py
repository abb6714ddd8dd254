"""A cloud's own error as one message that says which key to change and what to type.

The provider's text is shown by Pulumi as it is; beside it comes what it means for this stack. A resource has the hook
that says so by a transformation of the whole stack, so that no platform needs to think of it.
"""

from collections.abc import Mapping, Sequence

import pulumi

from components.platforms.contract import Target
from components.platforms.errors_aws import AWS
from components.platforms.errors_azure import AZURE
from components.platforms.errors_google import GOOGLE
from components.platforms.saying import CLUSTER, REGISTRY, Saying
from components.settings_foreign import ForeignRegistry
from components.settings_models import AksSettings, CloudSettings, EksSettings, GkeSettings
from components.stack_file import Problem, StackFile

_SAYINGS: Mapping[Target, Sequence[Saying]] = {Target.AKS: AZURE, Target.EKS: AWS, Target.GKE: GOOGLE}
_PACKAGES = {Target.AKS: "azure-native:", Target.EKS: "aws:", Target.GKE: "gcp:"}


def facts_of(settings: CloudSettings) -> Mapping[str, str]:
    """What advice wants to know of a stack file: the modes of its sections, and regions."""
    if isinstance(settings, EksSettings):
        here = settings.cluster.region
        there = None if isinstance(settings.registry, ForeignRegistry) else settings.registry.region
        regions = {"region": here, "registry_region": there or here}
        return {CLUSTER: settings.cluster.mode, REGISTRY: settings.registry.mode, **regions}
    assert isinstance(settings, AksSettings | GkeSettings)
    return {CLUSTER: settings.cluster.mode, REGISTRY: settings.registry.mode}


def advice(
    stack: StackFile, target: Target, token: str, text: str, facts: Mapping[str, str] | None = None
) -> Problem | None:
    """What an error of a cloud means; None if it is not known.

    Args:
        stack: whose file and commands.
        target: whose cloud.
        token: type of the resource, such as `aws:ecr/repository:Repository`.
        text: of the error.
        facts: of the stack file (`facts_of`); what only fits a file that is not known is not offered.
    """
    found = (each.problem(stack, token, text, facts or {}) for each in _SAYINGS.get(target, ()))
    return next((each for each in found if each is not None), None)


def error_hook(stack: StackFile, target: Target, facts: Mapping[str, str]) -> pulumi.ErrorHook:
    """The hook that logs the advice for a resource that failed, once for each cause; it never tries again."""
    told: set[str] = set()

    def failed(args: pulumi.ErrorHookArgs) -> bool:
        found = advice(stack, target, args.type, "\n".join(args.errors), facts)
        if found is not None and str(found) not in told:
            told.add(str(found))
            pulumi.log.error(f"{stack.name}: {args.failed_operation} of {args.name} ({args.type}) failed\n{found}")
        return False

    return pulumi.ErrorHook(f"{target}-advice", failed)


def with_advice(opts: pulumi.ResourceOptions, hook: pulumi.ErrorHook) -> pulumi.ResourceOptions:
    """The options of a resource, with the hook."""
    binding = pulumi.ResourceHookBinding(on_error=[hook])
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(hooks=binding))


def explain_errors(stack: StackFile, target: Target, facts: Mapping[str, str]) -> None:
    """Give the hook to every resource of a cloud that is registered from now on."""
    hook = error_hook(stack, target, facts)

    def explained(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if not args.type_.startswith(_PACKAGES[target]):
            return None
        return pulumi.ResourceTransformationResult(args.props, with_advice(args.opts, hook))

    pulumi.runtime.register_stack_transformation(explained)
