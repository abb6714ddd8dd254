"""The sample web API with the sandbox's simulated services, over real HTTP."""

import json
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.services.stand_ins import jaeger, ollama, otlp, qdrant
from sandbox.services.stand_ins.serving import Route, Server, handler
from webapi.beside import service_page
from webapi.calls import ServiceError, call, send
from webapi.otlp import Span, request
from webapi.services import Services, read_services
from webapi.traces import read_tracer, unspoken


class Simulated:
    """Servers on free ports, until the test is over."""

    def __init__(self) -> None:
        self.servers: list[Server] = []

    def serve(self, routes: Sequence[Route], guard: Any = None) -> str:
        server = Server(("127.0.0.1", 0), handler(routes, guard))
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def simulated() -> Generator[Simulated]:
    made = Simulated()
    yield made
    for each in made.servers:
        each.shutdown()
        each.server_close()


@pytest.fixture
def vectors(simulated: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(qdrant, "_STORAGE", tmp_path)
    monkeypatch.setattr(qdrant, "_KEY", "key-canary")
    return simulated.serve(qdrant.ROUTES, qdrant.guard)


@pytest.fixture
def llm(simulated: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "models"))
    return simulated.serve(ollama.ROUTES)


def page(path: str, query: str, services: Services) -> tuple[int, dict[str, Any]]:
    shown = service_page(path, query, services)
    assert shown is not None
    return shown.status.value, json.loads(shown.body)


def test_a_sentence_that_was_remembered_is_recalled_by_its_words(vectors: str) -> None:
    services = Services(vectors=vectors, key="key-canary")
    assert page("/recall", "q=anything", services) == (200, {"found": []})
    for text in ("pods+come+and+go", "volumes+stay"):
        assert page("/remember", f"text={text}", services)[0] == 200
    assert page("/recall", "q=which+volumes", services)[1]["found"][0] == "volumes stay"
    assert services.remember("volumes stay") == services.remember("volumes stay")
    assert len(services.recall("volumes")) == 2


def test_without_the_key_nobody_reads_or_writes(vectors: str) -> None:
    status, shown = page("/recall", "q=x", Services(vectors=vectors, key="another"))
    assert status == 502
    assert "answers 401" in shown["error"]


def test_what_is_remembered_is_on_disk(vectors: str, tmp_path: Path) -> None:
    Services(vectors=vectors, key="key-canary").remember("on disk")
    assert "on disk" in (tmp_path / "collections/pipeline_vectors.json").read_text()


def test_the_model_answers_once_it_is_pulled(llm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    services = Services(llm=llm, model="llama3")
    assert page("/ask", "q=why", services) == (
        502,
        {"status": 502, "error": f"{llm}/api/generate answers 404: " + '{"error": "model \'llama3\' not found"}'},
    )
    monkeypatch.setenv("OLLAMA_HOST", llm)
    assert ollama.main(["pull", "llama3"]) == 0
    assert "simulated answer of llama3 to: why" in page("/ask", "q=why", services)[1]["answer"]


def test_a_model_that_is_nowhere_ends_its_pull(
    llm: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", llm)
    assert ollama.main(["pull", "missing-model"]) == 1
    assert capsys.readouterr().err == "Error: pull model manifest: file does not exist\n"


def test_a_service_that_is_not_there_is_told_and_other_paths_are_none_of_these() -> None:
    assert "PIPELINE__LlmProvider__OllamaEndpoint is not set" in page("/ask", "q=x", Services())[1]["error"]
    assert page("/remember", "text=x", Services())[0] == 502
    assert page("/ask", "", Services())[0] == 400
    assert service_page("/version", "", Services()) is None


def test_where_the_services_are_is_read_from_the_environment() -> None:
    found = read_services(
        {"PIPELINE__VectorStore__ConnectionString": "http://a:6333/", "PIPELINE__VectorStore__ApiKey": "k"}
    )
    assert (found.vectors, found.key, found.collection, found.llm) == ("http://a:6333", "k", "pipeline_vectors", "")


def test_a_request_arrives_as_a_span_in_the_collector(simulated: Simulated) -> None:
    collector, shown = simulated.serve(jaeger.OTLP), simulated.serve(jaeger.PAGE)
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}
    tracer = read_tracer({**environment, "OTEL_SERVICE_NAME": "span-test"}, "web-1")
    tracer.record("GET /ask", time.time_ns() - 5_000_000, 502)
    traces = _until(lambda: call("GET", f"{shown}/api/traces?service=span-test", {})["data"])
    (span,) = traces[0]["spans"]
    assert span["operationName"] == "GET /ask"
    assert span["duration"] >= 5000
    assert {"key": "http.response.status_code", "value": "502"} in span["tags"]
    assert (len(span["traceID"]), len(span["spanID"])) == (32, 16)
    assert "span-test" in call("GET", f"{shown}/api/services", {})["data"]


def test_spans_are_what_the_protocols_own_definition_reads() -> None:
    """The bytes of one span, by hand from the field numbers of opentelemetry-proto v1."""
    span = Span("GET /", 1, 2, 500, bytes(16), bytes(8))
    fields = (
        b"\x0a\x10" + bytes(16)  # 1: trace_id
        + b"\x12\x08" + bytes(8)  # 2: span_id
        + b"\x2a\x05GET /"  # 5: name
        + b"\x30\x02"  # 6: kind, SPAN_KIND_SERVER
        + b"\x39\x01" + bytes(7) + b"\x41\x02" + bytes(7)  # 7 and 8: start and end, fixed64
        + b"\x4a\x22\x0a\x19http.response.status_code\x12\x05\x0a\x03500"  # 9: attributes
    )  # fmt: skip
    assert fields in request([span], {})
    assert b"\x7a\x02\x18\x02" in request([span], {})  # 15: status, 3: code, STATUS_CODE_ERROR
    assert b"\x7a\x02\x18\x02" not in request([replace(span, status=404)], {})


@given(
    names=st.lists(st.text(max_size=300), max_size=3),
    status=st.integers(100, 599),
    moment=st.integers(0, 2**63),
    service=st.text(min_size=1, max_size=200),
)
def test_what_is_written_is_read_again(names: list[str], status: int, moment: int, service: str) -> None:
    sent = [Span(name, moment, moment + 1, status, bytes(range(16)), bytes(8)) for name in names]
    found = otlp.spans(request(sent, {"service.name": service}))
    assert [(each["name"], each["startTimeUnixNano"], each["service"]) for each in found] == [
        (name, moment, service) for name in names
    ]
    assert all(each["attributes"] == {"http.response.status_code": str(status)} for each in found)


@given(st.binary(max_size=60))
def test_bytes_that_are_no_message_are_refused_and_nothing_else(body: bytes) -> None:
    with suppress(otlp.NotProtobufError):
        otlp.spans(body)


def test_a_collector_says_what_it_does_not_take(simulated: Simulated) -> None:
    url = f"{simulated.serve(jaeger.OTLP)}/v1/traces"
    with pytest.raises(ServiceError, match="415"):
        call("POST", url, {})
    with pytest.raises(ServiceError, match="400"):
        send("POST", url, b"\x0a\xff", {"Content-Type": "application/x-protobuf"})


def test_without_a_collector_nothing_is_sent() -> None:
    assert not read_tracer({}, "web-1").on
    assert unspoken({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}) == ""
    tracer = read_tracer({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://nobody.invalid:4318/"}, "web-1")
    assert tracer.url == "http://nobody.invalid:4318/v1/traces"
    tracer.record("GET /", time.time_ns(), 200)  # and nobody hears of it


def test_a_collector_that_wants_another_protocol_gets_nothing_and_the_log_says_why() -> None:
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    assert not read_tracer(environment, "web-1").on
    assert unspoken(environment) == (
        "sends no traces: OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and this sample speaks http/protobuf"
    )


def test_a_collector_that_is_away_costs_no_request() -> None:
    with pytest.raises(ServiceError, match="does not answer"):
        call("POST", "http://127.0.0.1:1/v1/traces", {})


def _until(look: Any) -> Any:
    deadline = time.monotonic() + 10
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found
