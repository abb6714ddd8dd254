"""How long a right that this very run gave may still be refused: clouds tell their registries of it by and by."""

import time
from collections.abc import Callable

import pulumi

_RIGHTS = frozenset(
    {
        "azure-native:authorization:RoleAssignment",
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
    }
)


class FreshRights:
    """The newest right of this run. One that an earlier run gave is known by now, or was never right."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._given: float | None = None

    def watch(self) -> None:
        """Note the time when a right is made or changed, of all that are registered from now on."""
        hook = pulumi.ResourceHook("right-given", self._note)
        binding = pulumi.ResourceHookBinding(after_create=[hook], after_update=[hook])

        def noted(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
            if args.type_ not in _RIGHTS:
                return None
            opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(hooks=binding))
            return pulumi.ResourceTransformationResult(args.props, opts)

        pulumi.runtime.register_stack_transformation(noted)

    def remaining(self, seconds: float) -> float:
        """How much longer the newest right may be refused, if that takes so many seconds; 0 if none is new."""
        return 0.0 if self._given is None else max(0.0, self._given + seconds - self._clock())

    def _note(self, args: pulumi.ResourceHookArgs) -> None:
        _ = args
        self._given = self._clock()
