"""A simulated tracing collector: OTLP over HTTP in protobuf, and the part of Jaeger's query API that shows traces.

Port 4317 is closed: gRPC takes more than the standard library, which is all that there is in its image. What is kept is
in memory, as with the real one. Standard library only.
"""

import threading
from typing import Any

from sandbox.services.stand_ins.otlp import CONTENT_TYPE, NotProtobufError, spans
from sandbox.services.stand_ins.serving import Answer, Refusal, Request, Route, serve

_Json = dict[str, Any]
_MOST = 10_000
_spans: list[_Json] = []
_changing = threading.Lock()


def _take(request: Request) -> Answer:
    given = request.headers.get("content-type", "")
    if given != CONTENT_TYPE:
        raise Refusal(415, {"error": f"simulated: takes {CONTENT_TYPE}, and not {given!r}"})
    try:
        found = spans(request.raw)
    except NotProtobufError as error:
        raise Refusal(400, {"error": f"the body is no protobuf: {error}"}) from None
    with _changing:
        _spans.extend(found)
        del _spans[:-_MOST]
    return Answer(b"")


def _services(_: Request) -> Answer:
    with _changing:
        return Answer({"data": sorted({each["service"] for each in _spans}), "errors": None})


def _traces(request: Request) -> Answer:
    with _changing:
        wanted = [each for each in _spans if request.query.get("service") in (None, each["service"])]
    traces: dict[str, list[_Json]] = {}
    for each in wanted:
        traces.setdefault(each["traceId"], []).append(_shown(each))
    limit = int(request.query.get("limit", 20))
    listed = [{"traceID": trace, "spans": spans} for trace, spans in traces.items()]
    return Answer({"data": listed[-limit:], "errors": None})


def _shown(span: _Json) -> _Json:
    start, end = span.get("startTimeUnixNano", 0), span.get("endTimeUnixNano", 0)
    return {
        "traceID": span["traceId"],
        "spanID": span["spanId"],
        "operationName": span["name"],
        "startTime": start // 1000,
        "duration": (end - start) // 1000,
        "tags": [{"key": key, "value": value} for key, value in span["attributes"].items()],
    }


PAGE: list[Route] = [
    ("GET", "/", lambda _: Answer("Jaeger (simulated): /api/services, /api/traces?service=NAME")),
    ("GET", "/api/services", _services),
    ("GET", "/api/traces", _traces),
]
OTLP: list[Route] = [("POST", "/v1/traces", _take)]
_STATUS: list[Route] = [("GET", "/status", lambda _: Answer({"status": "StatusOK", "simulated": True}))]


if __name__ == "__main__":
    serve({16686: PAGE, 4318: OTLP, 13133: _STATUS})
