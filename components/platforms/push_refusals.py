"""A registry's refusal of a push as one message that says which key to change and what to type.

Docker's own words say neither, and are shown as they are. Whether the login is wrong or may not write there, registries
do not tell apart: `denied: denied` of GHCR is the former, `denied: requested access to the resource is denied` of
Docker Hub the latter.
"""

import re

import pulumi

from components.cli_image import CLI_IMAGE
from components.cli_stack_file import CliStackFile
from components.platforms.cloud_errors import with_advice
from components.platforms.registry_login import RegistryUser, login_commands
from components.stack_file import Path, Problem, StackFile

_IMAGE = "docker:index/image:Image"
_OF_IMAGE: Path = ("image", "repository")
_REFUSED = re.compile(
    r"push output: .*?\b(?:unauthorized|denied|authentication required|no basic auth credentials|403 Forbidden)\b",
    re.IGNORECASE,
)
"""Of the docker provider (pulumi/pulumi-docker provider/image.go), so that a build that is denied something is none."""


def push_problem(registry: RegistryUser, repository: str, username: str, stack: StackFile, text: str) -> Problem | None:
    """What an error of an image means; None if it is no refusal of the registry.

    Args:
        registry: of the stack file.
        repository: path of the image in it.
        username: of the login that pushed.
        stack: whose file and commands.
        text: of the error.
    """
    if _REFUSED.search(" ".join(text.split())) is None:
        return None
    reason = (
        f"{registry.host} refuses the push of {repository} by user {username!r}: its password is wrong or has ended, "
        "or it may not write there"
    )
    other = f"{stack.set(_OF_IMAGE, '<repository>')}  # one that it may write"
    if registry.username is None:
        return Problem(("registry",), reason, (*login_commands(registry, stack), other))
    return Problem(("registryPassword",), reason, (stack.set_secret(("registryPassword",)), other))


def explain_pushes(registry: RegistryUser, repository: str, username: str, stack: StackFile) -> None:
    """Let every image that is registered from now on say so when its push is refused; see `push_problem`."""
    hooks: list[pulumi.ErrorHook] = []

    def failed(args: pulumi.ErrorHookArgs) -> bool:
        of_cli = args.name == CLI_IMAGE
        pushed, file = (_repository(args), CliStackFile(stack.stack)) if of_cli else (repository, stack)
        found = push_problem(registry, pushed, username, file, "\n".join(args.errors))
        if found is not None:
            pulumi.log.error(f"{stack.name}: the push of {args.name} failed\n{found}")
        return False  # a password that is wrong stays so

    def explained(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != _IMAGE:
            return None
        # Made for the first one: a stack that deploys by digest has none.
        if not hooks:
            hooks.append(pulumi.ErrorHook("push-advice", failed))
        return pulumi.ResourceTransformationResult(args.props, with_advice(args.opts, hooks[0]))

    pulumi.runtime.register_stack_transformation(explained)


def _repository(args: pulumi.ErrorHookArgs) -> str:
    """Of the image that was pushed, `host/path:tag`."""
    name = str((args.new_inputs or {}).get("imageName", ""))
    return name.rpartition(":")[0].partition("/")[2]
