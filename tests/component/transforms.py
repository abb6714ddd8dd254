"""A recording engine that runs the stack's transforms as the real one does: over gRPC, before a resource is recorded.

Secrets and unknown values are sent as the real engine sends them, as output values (pulumi/pulumi:pkg/resource/deploy/
source_eval.go, wrapTransformCallback).
"""

import contextlib
from collections.abc import Callable
from typing import Any, cast

import grpc
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from tests import engine
from tests.graph import UNKNOWN, Graph, to_json

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


class TransformingMonitor(engine.RecordingMonitor):
    """Asks each registered transform; what one refuses is not recorded."""

    def __init__(self, mocks: engine.RecordingMocks, graph: Graph) -> None:
        super().__init__(mocks, graph)
        self.callbacks: list[callback_pb2.Callback] = []

    def RegisterStackTransform(self, request: callback_pb2.Callback) -> Any:  # noqa: N802 - named by the protocol
        self.callbacks.append(request)
        return super().RegisterStackTransform(request)  # pyright: ignore[reportUnknownMemberType]

    def RegisterResource(  # noqa: N802 - named by the protocol
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        for callback in self.callbacks:
            request.object.CopyFrom(self._transformed(callback, request))
        return super().RegisterResource(request)

    def _transformed(
        self, callback: callback_pb2.Callback, request: resource_pb2.RegisterResourceRequest
    ) -> struct_pb2.Struct:
        properties = json_format.ParseDict(as_outputs(to_json(request.object)), struct_pb2.Struct())
        asked = resource_pb2.TransformRequest(
            name=request.name, type=request.type, custom=request.custom, parent=request.parent, properties=properties
        )
        with contextlib.closing(grpc.insecure_channel(callback.target)) as channel:
            stub: Any = callback_pb2_grpc.CallbacksStub(channel)
            invoked = callback_pb2.CallbackInvokeRequest(token=callback.token, request=asked.SerializeToString())
            answer = resource_pb2.TransformResponse.FromString(stub.Invoke(invoked).response)
        assert answer.properties == properties  # the check changes nothing
        return request.object


def as_outputs(value: Any) -> Any:
    """Values as the engine sends them to a transform."""
    if value == UNKNOWN:
        return {_SIGNATURE: _OUTPUT}
    if isinstance(value, list):
        return [as_outputs(each) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    fields = cast("dict[str, Any]", value)
    if fields.get(_SIGNATURE) == _SECRET:
        return {_SIGNATURE: _OUTPUT, "value": as_outputs(fields["value"]), "secret": True}
    return {key: as_outputs(each) for key, each in fields.items()}


def run(program: Callable[[], object], monkeypatch: pytest.MonkeyPatch, *, preview: bool = True) -> Graph:
    """`run_program`, with transforms."""
    monkeypatch.setattr(engine, "RecordingMonitor", TransformingMonitor)
    return engine.run_program(program, preview=preview)
