"""What a provider says while it works: through the engine, so that it stands beside its resource."""

from collections.abc import Callable
from contextlib import suppress
from typing import cast

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2

from sandbox.engine.serving import CHANNEL_OPTIONS

_SECONDS = 5.0


class EngineLog:
    """The engine's log. A message that the engine does not take is lost: it must not fail a build."""

    def __init__(self, address: str) -> None:
        self._call: Callable[..., object] | None = None
        self.connect(address)

    def connect(self, address: str) -> None:
        """Speak to the engine at this address from now on; to nobody when it is empty."""
        if address:
            channel = grpc.insecure_channel(address, options=CHANNEL_OPTIONS)
            call = channel.unary_unary(
                "/pulumirpc.Engine/Log",
                request_serializer=engine_pb2.LogRequest.SerializeToString,
                response_deserializer=empty_pb2.Empty.FromString,
            )
            self._call = cast("Callable[..., object]", call)

    def info(self, urn: str, text: str) -> None:
        """A message that stays on the screen."""
        self._send(urn, text, engine_pb2.INFO)

    def warning(self, urn: str, text: str) -> None:
        """A warning, repeated at the end of the run."""
        self._send(urn, text, engine_pb2.WARNING)

    def status(self, urn: str, text: str) -> None:
        """What is being done right now; the next status takes its place."""
        self._send(urn, text, engine_pb2.INFO, ephemeral=True)

    def _send(
        self, urn: str, text: str, severity: engine_pb2.LogSeverity.ValueType, *, ephemeral: bool = False
    ) -> None:
        if self._call is None:
            return
        request = engine_pb2.LogRequest(severity=severity, message=text, urn=urn, ephemeral=ephemeral)
        with suppress(grpc.RpcError):
            self._call(request, timeout=_SECONDS)
