"""The docker provider: `docker:index/image:Image` for an engine that cannot download the official one.

Follows `provider/{provider,hybrid,image}.go` of pulumi/pulumi-docker at 237b7899: the same
inputs, checks, previews, diffs, state and outputs. The bridged half (containers, networks, volumes, data
sources) is not here and refused by name. Paths are relative to the working folder, which the engine sets to
the program's.
"""

import os
import tempfile
from importlib.metadata import version
from pathlib import Path

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from sandbox.engine import image_check, image_diff, property_values
from sandbox.engine.docker_client import DockerClient
from sandbox.engine.docker_host import connect
from sandbox.engine.engine_log import EngineLog
from sandbox.engine.image_build import Voice, build_and_push
from sandbox.engine.image_inputs import ImageError
from sandbox.engine.image_preview import builds_on_preview
from sandbox.engine.property_values import Properties
from sandbox.engine.serving import abort, serve

IMAGE = "docker:index/image:Image"
_CONFIG = (
    "caMaterial", "certMaterial", "certPath", "context", "disableDockerDaemonCheck", "host", "keyMaterial",
    "registryAuth", "sshOpts", "version", "pluginDownloadURL",
)  # fmt: skip
_KINDS = {
    "add": provider_pb2.PropertyDiff.ADD,
    "delete": provider_pb2.PropertyDiff.DELETE,
    "update": provider_pb2.PropertyDiff.UPDATE,
}


class DockerProvider(provider_pb2_grpc.ResourceProviderServicer):
    """One provider instance, as the engine drives it."""

    def __init__(self, log: EngineLog, tls_folder: Path) -> None:
        self._log = log
        self._tls_folder = tls_folder
        self._docker: DockerClient | None = None

    def end(self) -> None:
        """End the builds that run."""
        if self._docker:
            self._docker.cancel()

    def Attach(  # noqa: N802 - the protocol's name
        self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Log to another engine from now on."""
        _ = context
        self._log.connect(request.address)
        return empty_pb2.Empty()

    def GetPluginInfo(  # noqa: N802 - the protocol's name
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """The version of the SDK: the engine warns when they differ."""
        _ = request, context
        return plugin_pb2.PluginInfo(version=version("pulumi-docker"))

    def GetSchema(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """A name and no types: they are for generating SDKs, which this is not for."""
        _ = request, context
        return provider_pb2.GetSchemaResponse(schema='{"name": "docker"}')

    def CheckConfig(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Refuse configuration that the provider does not have."""
        _ = context
        unknown = [name for name in request.news.fields if name not in _CONFIG and not name.startswith("__")]
        return provider_pb2.CheckResponse(
            inputs=request.news,
            failures=[
                provider_pb2.CheckFailure(
                    property=name,
                    reason=f"the docker provider has no setting {name}; it has {', '.join(_CONFIG)}",
                )
                for name in unknown
            ],
        )

    def DiffConfig(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Configuration can change in place: no image depends on where it was built."""
        _ = context
        old, new = (
            property_values.read(request.old_inputs if request.HasField("old_inputs") else request.olds),
            property_values.read(request.news),
        )
        return _diff(image_diff.changes(old, new))

    def Configure(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Find the docker engine and ask whether it answers, in previews too, as the official."""
        config: Properties = {name.removeprefix("docker:config:"): value for name, value in request.variables.items()}
        config.update(property_values.read(request.args))
        try:
            self._docker = connect(config, os.environ, self._tls_folder)
        except ImageError as error:
            abort(context, f"docker native provider returned an unexpected error from Configure: {error}")
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Fill in defaults and hash the context; see `image_check`."""
        _must_be_image(request.urn, context)
        inputs = property_values.read(request.news)
        found = image_check.failures(inputs)
        if found:
            return provider_pb2.CheckResponse(
                inputs=request.news,
                failures=[provider_pb2.CheckFailure(property=one.property, reason=one.reason) for one in found],
            )
        try:
            checked = image_check.checked(inputs, lambda text: self._log.info(request.urn, text))
        except ImageError as error:
            abort(context, str(error))
        return provider_pb2.CheckResponse(inputs=property_values.write(checked))

    def Diff(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compare with what was built; see `image_diff`."""
        _must_be_image(request.urn, context)
        saved = image_diff.saved_inputs(property_values.read(request.olds))
        return _diff(image_diff.changes(saved, property_values.read(request.news)))

    def Create(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """Build and push; the id is the image's name."""
        _must_be_image(request.urn, context)
        inputs = property_values.read(request.properties)
        state = self._built(request.urn, inputs, context, preview=request.preview)
        if state is None:
            return provider_pb2.CreateResponse(properties=request.properties)
        return provider_pb2.CreateResponse(id=str(state["imageName"]), properties=property_values.write(state))

    def Update(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Build and push again."""
        _must_be_image(request.urn, context)
        state = self._built(request.urn, property_values.read(request.news), context, preview=request.preview)
        return provider_pb2.UpdateResponse(properties=request.news if state is None else property_values.write(state))

    def Read(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """What state says: the official provider does not look at the registry either."""
        _must_be_image(request.urn, context)
        return provider_pb2.ReadResponse(id=request.id, inputs=request.inputs, properties=request.properties)

    def Delete(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Nothing: the image stays in the registry."""
        _ = request, context
        return empty_pb2.Empty()

    def Cancel(  # noqa: N802 - the protocol's name
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """The user interrupts, or the run is over: end the builds that run."""
        _ = request, context
        self.end()
        return empty_pb2.Empty()

    def _built(
        self, urn: str, inputs: Properties, context: grpc.ServicerContext, *, preview: bool
    ) -> Properties | None:
        """The state of a built image; None where a preview builds nothing."""
        voice = Voice(
            status=lambda text: self._log.status(urn, text),
            info=lambda text: self._log.info(urn, text),
            warning=lambda text: self._log.warning(urn, text),
        )
        if preview and not builds_on_preview(inputs, voice.warning):
            return None
        if self._docker is None:
            abort(context, "the docker provider was not configured")
        try:
            outputs = build_and_push(inputs, self._docker, voice, preview=preview)
        except (ImageError, OSError) as error:
            abort(context, str(error))
        return {**outputs, "__inputs": property_values.secret(inputs)}


def _diff(changes: dict[str, image_diff.Change]) -> provider_pb2.DiffResponse:
    if not changes:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME,
        detailedDiff={name: provider_pb2.PropertyDiff(kind=_KINDS[change]) for name, change in changes.items()},
        hasDetailedDiff=True,
    )


def _must_be_image(urn: str, context: grpc.ServicerContext) -> None:
    kind = urn.split("::")[2].rsplit("$", 1)[-1]
    if kind != IMAGE:
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"the sandbox's docker provider has only {IMAGE}, not {kind}; for that one, install the official "
            "Pulumi: https://www.pulumi.com/docs/install/",
        )


def main(arguments: list[str]) -> None:
    """Serve the engine whose address is the last argument."""
    with tempfile.TemporaryDirectory(prefix="docker-provider-") as folder:
        provider = DockerProvider(EngineLog(arguments[-1] if arguments else ""), Path(folder))
        serve(
            lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server),
            provider.end,
        )
