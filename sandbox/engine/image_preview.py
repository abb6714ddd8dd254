"""Whether a preview builds: only when the program asked for it and everything that a build needs is known.

Follows `canPreview` of pulumi-docker's `provider/provider.go` (237b7899), texts included.
"""

from collections.abc import Callable

from sandbox.engine.property_values import Properties, as_object, is_known

_UNDECIDED = (
    "buildOnPreview is unresolved; cannot build on preview. Continuing without preview image build. "
    "To avoid this warning, set buildOnPreview explicitly, and ensure all inputs are resolved at preview."
)
_INCOMPLETE = (
    "Minimum inputs for build are unresolved. Continuing without preview image build. "
    "To avoid this warning, ensure image name, dockerfile, args, and context are resolved at preview."
)


def builds_on_preview(inputs: Properties, warn: Callable[[str], None]) -> bool:
    """Whether to build; `warn` is told when the program wants it and it cannot be done."""
    wanted = inputs.get("buildOnPreview")
    if not is_known(wanted):
        warn(_UNDECIDED)
        return False
    if wanted is not True:
        return False
    build = as_object(inputs.get("build"))
    needed = [inputs.get("imageName"), *(build.get(name) for name in ("dockerfile", "context", "args"))]
    if not isinstance(inputs.get("build"), dict) or not all(is_known(value) for value in needed):
        warn(_INCOMPLETE)
        return False
    return True
