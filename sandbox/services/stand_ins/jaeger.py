"""A simulated tracing collector: OTLP over HTTP in JSON, and the part of Jaeger's query API that shows traces.

Port 4317 is closed: gRPC takes more than the standard library, which is all that there is in its image. What is kept is
in memory, as with the real one. Standard library only.
"""

import threading
from typing import Any

from sandbox.services.stand_ins.serving import Answer, Request, Route, serve

_Json = dict[str, Any]
_MOST = 10_000
_spans: list[_Json] = []
_changing = threading.Lock()


def _listed(of: _Json, key: str) -> list[_Json]:
    return of.get(key) or []


def _attributes(listed: list[_Json]) -> _Json:
    return {each["key"]: next(iter(each["value"].values()), None) for each in listed}


def _take(request: Request) -> Answer:
    found: list[_Json] = []
    for resource in _listed(request.fields, "resourceSpans"):
        about = _attributes(_listed(resource.get("resource", {}), "attributes"))
        for scope in _listed(resource, "scopeSpans"):
            found += [{**span, "service": about.get("service.name", "unknown")} for span in _listed(scope, "spans")]
    with _changing:
        _spans.extend(found)
        del _spans[:-_MOST]
    return Answer({"partialSuccess": {}})


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
    start, end = int(span.get("startTimeUnixNano", 0)), int(span.get("endTimeUnixNano", 0))
    tags = [{"key": key, "value": value} for key, value in _attributes(_listed(span, "attributes")).items()]
    return {
        "traceID": span["traceId"],
        "spanID": span["spanId"],
        "operationName": span.get("name", ""),
        "startTime": start // 1000,
        "duration": (end - start) // 1000,
        "tags": tags,
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
