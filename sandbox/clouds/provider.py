"""A provider of a simulated cloud, as the engine drives it: what comes over the wire, and goes back.

It outlives the engines that attach to it (PULUMI_DEBUG_PROVIDERS), so it never keeps one's address, and logs nothing
of what it is given. Values come with their secret marks taken off, and the engine marks what it gets back where an
input of that name was secret (`annotateSecrets` in pulumi's pkg/resource/plugin/provider_plugin.go); outputs that are
secret of themselves are marked here. A preview gives back no computed value, in updates neither: a program that works
so works with every provider.
"""

from collections.abc import Callable
from functools import cached_property
from threading import Lock

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from sandbox.clouds import checked, deeds, wire
from sandbox.clouds.connections import Connection, Connections
from sandbox.clouds.diff import changes
from sandbox.clouds.kinds import Cloud, Function, Kind
from sandbox.engine import property_values
from sandbox.engine.serving import abort


class CloudProvider(provider_pb2_grpc.ResourceProviderServicer):
    """All provider instances of one cloud."""

    def __init__(self, package: str, version: str, load: Callable[[], Cloud], done: deeds.Deeds) -> None:
        """Serve a cloud that is loaded at its first request.

        Args:
            package: `azure-native`, `aws` or `gcp`.
            version: of its SDK, which the engine compares.
            load: imports it, which takes a while.
            done: to whose world.
        """
        self._package, self._version = package, version
        self._load, self._loading = load, Lock()
        self._deeds = done
        self._connections = Connections()

    @property
    def cloud(self) -> Cloud:
        """The cloud, loaded."""
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> Cloud:
        return self._load()

    def Attach(  # noqa: N802 - the protocol's name
        self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Another engine is here: nothing to remember."""
        _ = request, context
        return empty_pb2.Empty()

    def Handshake(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Not answered: what it would settle comes with `Configure`, as in the sandbox's other provider."""
        _ = request
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "no handshake")

    def GetPluginInfo(  # noqa: N802 - the protocol's name
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """The version of the SDK: the engine warns when they differ."""
        _ = request, context
        return plugin_pb2.PluginInfo(version=self._version)

    def CheckConfig(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Refuse settings that the provider does not have."""
        _ = context
        wrong = checked.configuration(self.cloud, request.news.fields)
        return provider_pb2.CheckResponse(inputs=request.news, failures=wire.failures(wrong))

    def DiffConfig(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Settings change in place: resources say by their own inputs where they are."""
        _ = context
        return wire.difference(changes(wire.old_inputs(request), checked.read(request.news), ()))

    def Configure(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Remember the settings of this instance."""
        config = checked.read_configuration(request.variables, request.args)
        with wire.answered(context):
            self.cloud.configure(config)
        self._connections.configure(context.peer(), config)
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Refuse what the SDK's types or the cloud's rules do, and fill in names and defaults."""
        kind, config = self._kind(request.urn, context), self._connection(context).config
        inputs, wrong = checked.check(kind, wire.name_of(request.urn), checked.read(request.news), config)
        return provider_pb2.CheckResponse(inputs=property_values.write(inputs), failures=wire.failures(wrong))

    def Diff(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compare the inputs; what is ignored the engine has set back already."""
        kind = self._kind(request.urn, context)
        found = changes(wire.old_inputs(request), checked.read(request.news), kind.replaces)
        return wire.difference(found, delete_first=kind.delete_first)

    def Create(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """Make it, in other than previews."""
        kind, inputs = self._kind(request.urn, context), checked.read(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=property_values.write(deeds.state(kind, inputs, {})))
        at = self._connection(context)
        with wire.answered(context):
            thing = self._deeds.create(kind, wire.name_of(request.urn), inputs, at.config, at.cancelled)
        state = deeds.state(kind, thing.inputs, thing.outputs)
        return provider_pb2.CreateResponse(id=thing.id, properties=property_values.write(state))

    def Update(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Change it in place, in other than previews."""
        kind, inputs = self._kind(request.urn, context), checked.read(request.news)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=property_values.write(deeds.state(kind, inputs, {})))
        with wire.answered(context):
            config = self._connection(context).config
            thing = self._deeds.update(kind, wire.name_of(request.urn), request.id, inputs, config)
        state = deeds.state(kind, thing.inputs, thing.outputs)
        return provider_pb2.UpdateResponse(properties=property_values.write(state))

    def Read(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """What the cloud has, for a refresh or an import; without an id it is gone."""
        kind = self._kind(request.urn, context)
        with wire.answered(context):
            thing = self._deeds.read(kind, request.id)
        if thing is None:
            return provider_pb2.ReadResponse()
        state = deeds.state(kind, thing.inputs, thing.outputs)
        inputs = property_values.write(thing.inputs)
        return provider_pb2.ReadResponse(id=thing.id, inputs=inputs, properties=property_values.write(state))

    def Delete(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Remove it."""
        kind = self._kind(request.urn, context)
        with wire.answered(context):
            self._deeds.delete(kind, request.id)
        return empty_pb2.Empty()

    def Invoke(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Answer a function."""
        function, given = self._function(request.tok, context), checked.read(request.args)
        wrong = checked.arguments(function, given)
        if wrong:
            return provider_pb2.InvokeResponse(failures=wire.failures(wrong))
        with wire.answered(context):
            answer = self._deeds.call(function, given, self._connection(context).config)
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(property_values.write(answer))  # a word of Python's own
        return response

    def Cancel(  # noqa: N802 - the protocol's name
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """The user interrupts, or the run is over: what still waits ends."""
        _ = request
        self._connection(context).cancelled.set()
        return empty_pb2.Empty()

    def _connection(self, context: grpc.ServicerContext) -> Connection:
        return self._connections.of(context.peer())

    def _kind(self, urn: str, context: grpc.ServicerContext) -> Kind:
        token = wire.type_of(urn)
        kinds = {kind.resource.token: kind for kind in self.cloud.kinds}
        return kinds.get(token) or abort(context, _not_simulated(token, kinds))

    def _function(self, token: str, context: grpc.ServicerContext) -> Function:
        functions = {function.token: function for function in self.cloud.functions}
        return functions.get(token) or abort(context, _not_simulated(token, functions))


def _not_simulated(token: str, has: "dict[str, Kind] | dict[str, Function]") -> str:
    return f"the simulated cloud has no {token}; it has {', '.join(sorted(has))}"
