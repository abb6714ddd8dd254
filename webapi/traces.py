"""One span for each request, sent to the tracing collector as OTLP over HTTP in JSON.

In the background, and lost rather than waited for: no request is slower for it, and none fails.
"""

import queue
import re
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapi.calls import ServiceError, call

_WAITING = 1000
_SERVER, _ERROR = 2, 2
"""Kind of span, and its status (opentelemetry-proto, trace.proto)."""
_FAILED = 500


@dataclass(frozen=True)
class Span:
    """One request that was answered."""

    name: str
    start: int
    """Nanoseconds since 1970."""
    end: int
    status: int
    trace: str = field(default_factory=lambda: secrets.token_hex(16))
    span: str = field(default_factory=lambda: secrets.token_hex(8))


class Tracer:
    """Sends spans of a service's pod to an endpoint; to an empty one, none."""

    def __init__(self, endpoint: str, service: str, pod: str) -> None:
        self.url = f"{endpoint}/v1/traces"
        self._about = [_attribute("service.name", service), _attribute("service.instance.id", pod)]
        self._waiting: queue.Queue[Span] = queue.Queue(_WAITING)
        self.on = bool(endpoint)
        if self.on:
            threading.Thread(target=self._send, daemon=True).start()

    def record(self, name: str, start: int, status: int) -> None:
        """Note a request that began at `start` (nanoseconds since 1970) and is answered now."""
        if self.on:
            try:
                self._waiting.put_nowait(Span(name, start, time.time_ns(), status))
            except queue.Full:
                return

    def _send(self) -> None:
        while True:
            spans = [self._waiting.get()]
            while not self._waiting.empty():
                spans.append(self._waiting.get())
            try:
                call("POST", self.url, document(spans, self._about))
            except ServiceError:
                continue  # a collector that is away is nobody's business here


def read_tracer(environment: Mapping[str, str], pod: str) -> Tracer:
    """The tracer of this environment: OTEL_EXPORTER_OTLP_ENDPOINT says where to, OTEL_SERVICE_NAME as whom."""
    endpoint = environment.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").rstrip("/")
    # 4317 is for gRPC, which takes more than the standard library; collectors take HTTP on the next port.
    return Tracer(re.sub(r":4317$", ":4318", endpoint), environment.get("OTEL_SERVICE_NAME") or "webapi", pod)


def document(spans: list[Span], about: list[dict[str, Any]]) -> dict[str, Any]:
    """The body of an export request (opentelemetry-proto, trace_service.proto, as JSON)."""
    return {
        "resourceSpans": [
            {"resource": {"attributes": about}, "scopeSpans": [{"scope": {"name": "webapi"}, "spans": _spans(spans)}]}
        ]
    }


def _spans(spans: list[Span]) -> list[dict[str, Any]]:
    return [
        {
            "traceId": each.trace,
            "spanId": each.span,
            "name": each.name,
            "kind": _SERVER,
            "startTimeUnixNano": str(each.start),
            "endTimeUnixNano": str(each.end),
            "attributes": [_attribute("http.response.status_code", str(each.status))],
            "status": {"code": _ERROR} if each.status >= _FAILED else {},
        }
        for each in spans
    ]


def _attribute(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value}}
