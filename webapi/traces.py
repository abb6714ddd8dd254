"""One span for each request, sent to the tracing collector as OpenTelemetry's variables say.

In the background, and lost rather than waited for: no request is slower for it, and none fails.
"""

import queue
import secrets
import threading
import time
from collections.abc import Mapping

from webapi.calls import ServiceError, send
from webapi.otlp import CONTENT_TYPE, Span, request

_WAITING = 1000
_PROTOCOL = "http/protobuf"
"""What is spoken here, and what the specification takes where the variable says nothing."""


class Tracer:
    """Sends spans of a service's pod to an endpoint; to an empty one, none."""

    def __init__(self, endpoint: str, service: str, pod: str) -> None:
        self.url = f"{endpoint}/v1/traces"
        self._about = {"service.name": service, "service.instance.id": pod}
        self._waiting: queue.Queue[Span] = queue.Queue(_WAITING)
        self.on = bool(endpoint)
        if self.on:
            threading.Thread(target=self._send, daemon=True).start()

    def record(self, name: str, start: int, status: int) -> None:
        """Note a request that began at `start` (nanoseconds since 1970) and is answered now."""
        if self.on:
            span = Span(name, start, time.time_ns(), status, secrets.token_bytes(16), secrets.token_bytes(8))
            try:
                self._waiting.put_nowait(span)
            except queue.Full:
                return

    def _send(self) -> None:
        while True:
            spans = [self._waiting.get()]
            while not self._waiting.empty():
                spans.append(self._waiting.get())
            try:
                send("POST", self.url, request(spans, self._about), {"Content-Type": CONTENT_TYPE})
            except ServiceError:
                continue  # a collector that is away is nobody's business here


def read_tracer(environment: Mapping[str, str], pod: str) -> Tracer:
    """The tracer of this environment: OTEL_EXPORTER_OTLP_ENDPOINT says where to, OTEL_SERVICE_NAME as whom."""
    endpoint = environment.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").rstrip("/")
    spoken = "" if unspoken(environment) else endpoint
    return Tracer(spoken, environment.get("OTEL_SERVICE_NAME") or "webapi", pod)


def unspoken(environment: Mapping[str, str]) -> str:
    """Why no span is sent to the collector that the environment names; empty where they are, or it names none."""
    protocol = environment.get("OTEL_EXPORTER_OTLP_PROTOCOL") or _PROTOCOL
    if protocol == _PROTOCOL or not environment.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return ""
    return f"sends no traces: OTEL_EXPORTER_OTLP_PROTOCOL is {protocol}, and this sample speaks {_PROTOCOL}"
