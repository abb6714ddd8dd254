"""The sample web API as a real process, asked over real HTTP."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from webapi.pages import View, page
from webapi.switches import source_hash

ROOT = Path(__file__).resolve().parents[2]
Launch = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def launch() -> Generator[Launch]:
    processes: list[subprocess.Popen[str]] = []

    def start(**switches: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "webapi"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PORT": "0", "HOSTNAME": "web-1", **switches},
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def port_of(process: subprocess.Popen[str]) -> int:
    assert process.stderr
    line = process.stderr.readline()
    found = re.search(r"listens on port (\d+)", line)
    assert found, line
    return int(found[1])


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    text = process.communicate(timeout=10)[1]
    return process.returncode, text


def test_health_and_ready_answer_200_and_version_names_build_and_pod(launch: Launch) -> None:
    port = port_of(launch(BUILD="b7"))
    assert get(port, "/health")[0] == 200
    assert get(port, "/ready?x=1")[0] == 200
    status, text = get(port, "/version")
    assert (status, json.loads(text)) == (200, {"build": "b7", "pod": "web-1"})


def test_the_front_page_names_the_build(launch: Launch) -> None:
    status, text = get(port_of(launch(BUILD="<b8>")), "/")
    assert status == 200
    assert "&lt;b8&gt;" in text


def test_an_unknown_path_is_a_json_404(launch: Launch) -> None:
    status, text = get(port_of(launch()), "/nowhere")
    assert (status, json.loads(text)["status"]) == (404, 404)


def test_an_unknown_method_is_a_json_error(launch: Launch) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port_of(launch()), timeout=5)
    connection.request("POST", "/", body=b"{}")
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["status"]) == (501, 501)
    connection.close()


def test_one_connection_takes_many_requests_and_head_has_no_body(launch: Launch) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port_of(launch()), timeout=5)
    connection.connect()
    first = connection.sock
    for method in ("GET", "HEAD", "GET"):
        connection.request(method, "/version")
        answer = connection.getresponse()
        assert bool(answer.read()) == (method == "GET")
    assert connection.sock is first
    connection.close()


def test_without_a_build_name_the_build_follows_the_source(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    before = source_hash(tmp_path)
    os.utime(tmp_path / "a.py", (1, 1))
    assert source_hash(tmp_path) == before
    (tmp_path / "a.py").write_text("x = 2\n")
    assert source_hash(tmp_path) != before


def test_not_ready_still_is_healthy(launch: Launch) -> None:
    port = port_of(launch(WEBAPI_NOT_READY="true"))
    assert (get(port, "/ready")[0], get(port, "/health")[0]) == (503, 200)


def test_sigterm_under_load_loses_no_request(launch: Launch) -> None:
    process = launch()
    port = port_of(process)
    statuses: list[int | str] = []

    def ask_until_told_to_close() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            while True:
                # Not logged: nobody reads the log meanwhile, and a full pipe would stop the server.
                connection.request("GET", "/health")
                answer = connection.getresponse()
                statuses.append(answer.status)
                answer.read()
                if answer.getheader("Connection") == "close":
                    return
        except (OSError, http.client.HTTPException) as error:
            statuses.append(repr(error))
        finally:
            connection.close()

    clients = [threading.Thread(target=ask_until_told_to_close) for _ in range(8)]
    for client in clients:
        client.start()
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    for client in clients:
        client.join(40)
    assert ended(process)[0] == 0
    assert len(statuses) > 8
    assert set(statuses) == {200}


def test_at_sigterm_it_is_not_ready_at_once_and_a_request_under_way_is_answered(launch: Launch) -> None:
    process = launch()
    port = port_of(process)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as slow:
        slow.sendall(b"GET /version HTTP/1.1\r\n")
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.6)
        assert get(port, "/ready")[0] == 503
        slow.sendall(b"Host: x\r\n\r\n")
        with slow.makefile("rb") as answer:
            text = answer.read()
    assert text.startswith(b"HTTP/1.1 200")
    assert b'"pod": "web-1"' in text
    assert ended(process)[0] == 0


def test_an_idle_connection_does_not_hold_the_end(launch: Launch) -> None:
    process = launch()
    with socket.create_connection(("127.0.0.1", port_of(process)), timeout=5):
        process.send_signal(signal.SIGTERM)
        assert ended(process)[0] == 0


def test_a_slow_start_does_not_listen_and_ends_cleanly(launch: Launch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = launch(PORT=str(port), WEBAPI_SLOW_START_SECONDS="60")
    time.sleep(2)  # on a busy machine Python itself takes long to start
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
    process.send_signal(signal.SIGTERM)
    assert ended(process) == (0, "")


def test_a_crash_at_start_has_the_wanted_exit_code(launch: Launch) -> None:
    assert ended(launch(WEBAPI_CRASH_AT_START="42"))[0] == 42


def test_a_crash_after_a_while_comes_after_serving(launch: Launch) -> None:
    process = launch(WEBAPI_CRASH_AFTER_SECONDS="0.5")
    assert get(port_of(process), "/health")[0] == 200
    assert ended(process)[0] == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("WEBAPI_NOT_READY", "maybe"),
        ("WEBAPI_SLOW_START_SECONDS", "nan"),
        ("WEBAPI_CRASH_AT_START", "0"),
        ("WEBAPI_CRASH_AFTER_SECONDS", "-1"),
    ],
)
def test_a_bad_value_ends_in_one_line_that_names_it(launch: Launch, name: str, text: str) -> None:
    code, message = ended(launch(**{name: text}))
    assert code == 2
    assert message.startswith(f"webapi: {name} is {text!r}; it must be ")
    assert message.count("\n") == 1


def test_a_taken_port_ends_in_one_line(launch: Launch) -> None:
    port = port_of(launch())
    code, message = ended(launch(PORT=str(port)))
    assert (code, message.count("\n")) == (2, 1)
    assert f"cannot listen on port {port}: Address already in use" in message


def test_ready_needs_the_state_to_be_ready() -> None:
    assert page("/ready", View("b", "p", ready=False, requests=0)).status == 503
