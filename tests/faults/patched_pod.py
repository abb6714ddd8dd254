"""A pod of a PipelineApp with what its arguments do not offer, as a transformation of whoever uses it may add."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi

_DEPLOYMENT = "kubernetes:apps/v1:Deployment"
Patch = Mapping[str, Mapping[str, Any]]
Transformation = Callable[[pulumi.ResourceTransformationArgs], pulumi.ResourceTransformationResult | None]


def patching(patch: Patch) -> Transformation:
    """A transformation that adds to the Deployment's pod.

    Args:
        patch: `pod` and `container`, each with fields as in Python; those of `container` go to the first one.
    """

    def patched(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != _DEPLOYMENT:
            return None
        spec: Any = args.props["spec"]
        pod: dict[str, Any] = spec["template"]["spec"]
        pod.update(patch.get("pod", {}))
        pod["containers"][0].update(patch.get("container", {}))
        return pulumi.ResourceTransformationResult(args.props, args.opts)

    return patched
