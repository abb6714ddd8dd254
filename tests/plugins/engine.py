"""The engine's side: starts a plug-in, hears what it logs, answers what a program registers."""

import os
import subprocess
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

import grpc
from google.protobuf import empty_pb2
from google.protobuf.message import Message
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc


@dataclass
class Engine(engine_pb2_grpc.EngineServicer, resource_pb2_grpc.ResourceMonitorServicer):
    """Keeps every message, as (severity, ephemeral, text), and every registered resource's type."""

    address: str = ""
    messages: list[tuple[str, bool, str]] = field(default_factory=list[tuple[str, bool, str]])
    registered: list[str] = field(default_factory=list[str])

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802 - the protocol's name
        _ = context
        self.messages.append((engine_pb2.LogSeverity.Name(request.severity), request.ephemeral, request.message))
        return empty_pb2.Empty()

    def SupportsFeature(  # noqa: N802 - the protocol's name
        self, request: resource_pb2.SupportsFeatureRequest, context: grpc.ServicerContext
    ) -> resource_pb2.SupportsFeatureResponse:
        _ = request, context
        return resource_pb2.SupportsFeatureResponse(hasSupport=False)

    def RegisterResource(  # noqa: N802 - the protocol's name
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        _ = context
        self.registered.append(request.type)
        return resource_pb2.RegisterResourceResponse(urn=f"urn:pulumi:s::p::{request.type}::{request.name}")

    def RegisterResourceOutputs(  # noqa: N802 - the protocol's name
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        _ = request, context
        return empty_pb2.Empty()

    def texts(self, severity: str) -> list[str]:
        """What was logged with this severity."""
        return [text for level, _, text in self.messages if level == severity]


_Answer = TypeVar("_Answer", bound=Message)


@dataclass(frozen=True)
class Client:
    """The engine's calls to a plug-in; the generated stubs have no types that a checker can read."""

    channel: grpc.Channel
    service: str
    """`ResourceProvider` or `LanguageRuntime`."""

    def ask(self, method: str, answer: type[_Answer], request: Message) -> _Answer:
        """Call a method.

        Raises:
            grpc.RpcError: the plug-in refused.
        """
        call = self.channel.unary_unary(
            f"/pulumirpc.{self.service}/{method}",
            request_serializer=type(request).SerializeToString,
            response_deserializer=answer.FromString,
        )
        return cast("Callable[..., _Answer]", call)(request, timeout=60)


@contextmanager
def serving() -> Generator[Engine]:
    """An engine that listens."""
    engine = Engine()
    server = grpc.server(ThreadPoolExecutor(8))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(engine, server)
    engine.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    yield engine
    server.stop(None).wait(5)


@contextmanager
def plugin(
    executable: Path, engine: Engine, *, cwd: Path, environment: Mapping[str, str] | None = None
) -> Generator[tuple[grpc.Channel, subprocess.Popen[bytes]]]:
    """A running plug-in and a channel to it; its standard error goes where pytest captures it."""
    process = subprocess.Popen(
        [executable, engine.address], cwd=cwd, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process, grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
        yield channel, process
        process.terminate()
        assert process.wait(10) == 0
