"""AppImage: the image of an app, built and pushed or built before; all that leaves it is a checked digest.

Where there is no registry, nothing is pushed, and what leaves is the name with the tag of its content.
"""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_docker as docker

from components.build_context import StagedBuild
from components.errors import ConfigError, InvalidValueError
from components.platforms.contract import Registry
from components.references import by_digest, check_loaded, check_reference
from components.signature import only_signed
from components.signature_key import SigningKey, described

_OF_MACHINE = ("host", "ca_material", "cert_material", "cert_path", "key_material")


class AppImageArgs(TypedDict):
    """What an AppImage is made from."""

    registry: Registry
    """Where it is pushed, or was."""
    repository: str
    """Path in the registry, such as `team/web`."""
    source: StagedBuild | str
    """What to build, or the digest (`sha256:…`) of what was built before."""
    key: NotRequired[str]
    """Of the settings that it comes from, for what is said of it (`image`)."""
    signature: NotRequired[SigningKey | None]
    """The key that it must be signed with before the reference goes on; None (default) asks for none."""


class AppImage(pulumi.ComponentResource):
    """An image in a registry."""

    reference: pulumi.Output[str]
    """`host[:port]/path@sha256:…`, unknown in a preview that builds; without a registry `loaded.invalid/path:tag`."""

    def __init__(self, name: str, args: AppImageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        signature = args.get("signature")
        # In the state, so that previews and reports show that the reference goes by way of it.
        signed = {} if signature is None else {"signature": described(signature)}
        super().__init__("pipeline:index:AppImage", name, signed, opts)
        repository = pulumi.Output.concat(args["registry"].prefix, "/", args["repository"])
        source = args["source"]
        if isinstance(source, str):
            key = args.get("key", "image")
            self.reference = repository.apply(lambda name: _deployed(name, source, key))
        else:
            image = self._build(name, repository, source, args["registry"])
            if args["registry"].loader is None:
                self.reference = pulumi.Output.all(repository, image.repo_digest).apply(_pushed)
            else:
                self.reference = image.image_name.apply(check_loaded)
        if signature is not None:
            self.reference = only_signed(
                self.reference, signature, args["registry"], self, built=not isinstance(source, str)
            )
        self.register_outputs({"reference": self.reference})

    def _build(
        self, name: str, repository: pulumi.Output[str], source: StagedBuild, registry: Registry
    ) -> docker.Image:
        # Of its own, so that no setting of the stack decides which engine builds. The check that it skips is
        # of another half of the provider: a preview through DOCKER_HOST=ssh://… then needs no engine.
        provider = docker.Provider(
            name,
            disable_docker_daemon_check=True,
            opts=pulumi.ResourceOptions(parent=self, transformations=[_without_machine]),
        )
        build: docker.DockerBuildArgsDict = {
            "context": source.context,
            "dockerfile": source.dockerfile,
            "args": dict(source.args),
            # Without it the image would be for this machine's processor.
            "platform": source.platform,
        }
        if source.target is not None:
            build["target"] = source.target
        login: docker.RegistryArgsDict = {"server": registry.server}
        if registry.username is not None and registry.password is not None:
            login["username"] = registry.username
            login["password"] = pulumi.Output.secret(registry.password)
        return docker.Image(
            name,
            image_name=pulumi.Output.concat(repository, ":", source.tag),
            build=build,
            registry=login,
            skip_push=registry.loader is not None,
            opts=pulumi.ResourceOptions(
                parent=self,
                provider=provider,
                # The provider deletes nothing anyway; so nobody needs an engine to destroy a stack.
                retain_on_delete=True,
                replace_with=list(registry.replace_with),
            ),
        )


def _without_machine(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult:
    # The SDK writes this machine's DOCKER_HOST and its like into the provider's inputs, which would be a
    # difference on the next machine. The provider reads the environment by itself.
    props = {key: value for key, value in args.props.items() if key not in _OF_MACHINE}
    return pulumi.ResourceTransformationResult(props=props, opts=args.opts)


def _pushed(both: list[str]) -> str:
    repository, digest = both
    try:
        return check_reference(digest, repository)
    except InvalidValueError as error:
        reason = f"the push to {repository} gave nothing that can be deployed: {error}"
        raise ConfigError(reason) from error


def _deployed(repository: str, digest: str, key: str) -> str:
    try:
        return by_digest(repository, digest)
    except InvalidValueError as error:
        reason = f"{key}.digest cannot be deployed: {error}"
        raise ConfigError(reason) from error
