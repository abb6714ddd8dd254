"""Whether a registry answers at all, on real sockets."""

import socket
import threading

import pytest

from pulls.rehearsal import reachable as module
from pulls.rehearsal.reachable import registry_answers
from tests.unit.raw_servers import raw_server
from tests.unit.registry_server import Reply, registry


@pytest.mark.parametrize("auth", ["none", "basic", "bearer"])
def test_a_registry_answers_whatever_it_is_asked_for(auth: str) -> None:
    with registry() as served:
        served.auth = auth
        assert registry_answers(f"{served.host}/team/web:1")
        assert [each.path for each in served.asked] == ["/v2/"]
        assert served.asked[0].authorization is None


def test_an_error_is_an_answer_too() -> None:
    with registry() as served:
        served.overrides.append(lambda _: Reply(503))
        assert registry_answers(f"{served.host}/team/web:1")


def silent(_: socket.socket, ended: threading.Event) -> None:
    ended.wait(20)


def test_silence_a_closed_port_and_what_is_no_reference_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS", 0.2)
    with raw_server(silent) as host:
        assert not registry_answers(f"{host}/team/web:1")
    assert not registry_answers(f"{host}/team/web:1")
    assert not registry_answers("not a reference")
