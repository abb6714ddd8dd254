"""What is read of the way from outside, and what of it may fail."""

import base64
import socket
import time
from typing import Any

import pytest

from pulls.cluster import ClusterError
from pulls.edge.read import looked_into, read_edge, resolved
from tests.unit.edge_objects import ADDRESS, HOST, classes, edge, endpoints, ingress, service
from tests.unit.fake_cluster import FakeCluster, Json, failing

FORBIDDEN = ClusterError("may not", 403)
TLS = [{"secretName": "web-tls"}]
KINDS = ("ingressclasses", "services", "endpointslices")


def cluster(*ingresses: Json, data: Json | None = None) -> FakeCluster:
    secrets = [] if data is None else [{"metadata": {"name": "web-tls"}, "data": data}]
    lists = {"ingresses": ingresses, "ingressclasses": classes("traefik"), "services": [service()]}
    return FakeCluster(lists={**lists, "endpointslices": [endpoints()], "secrets": secrets})


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def no_answer(_: str) -> None:
    return None


def test_all_of_it_is_read() -> None:
    found = read_edge(cluster(ingress()), "shop")
    assert [len(each) for each in (found.ingresses, found.classes, found.services, found.slices)] == [1, 1, 1, 1]
    assert (found.refused, found.taken_at is None) == ({}, False)


def test_without_an_ingress_nothing_else_is_asked_for() -> None:
    there = cluster()
    assert read_edge(there, "shop").ingresses == ()
    assert there.asked == [("list", "ingresses")]


@pytest.mark.parametrize("error", [FORBIDDEN, ClusterError("no answer")])
def test_what_may_not_be_read_is_part_of_the_answer(error: ClusterError) -> None:
    there = cluster(ingress())
    there.errors = failing(("list", "ingresses", error))
    assert read_edge(there, "shop").refused == {"ingresses": str(error)}
    there.errors = failing(*(("list", each, error) for each in KINDS))
    assert read_edge(there, "shop").refused == dict.fromkeys(KINDS, str(error))


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (None, None),
        ({}, ""),
        ({"tls.crt": encoded("PEM")}, ""),
        ({"tls.key": encoded("key")}, ""),
        ({"tls.crt": "a", "tls.key": "b"}, ""),
        ({"tls.crt": encoded("PEM"), "tls.key": encoded("key")}, "PEM"),
    ],
)
def test_of_a_secret_the_certificate_alone_is_kept(data: Json | None, kept: str | None) -> None:
    given = edge(ingress(tls=TLS))
    found = looked_into(cluster(data=data), given, no_answer)
    assert found.certificates == {("shop", "web-tls"): kept}
    assert "key" not in str(found.certificates)


def test_a_secret_that_may_not_be_read_is_said_so() -> None:
    there = cluster()
    there.errors = failing(("get", "web-tls", FORBIDDEN))
    found = looked_into(there, edge(ingress(tls=TLS)), no_answer)
    assert (found.certificates, found.refused) == ({}, {"secret web-tls": "may not"})


def test_names_are_resolved_and_those_without_an_answer_in_time_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(host: str) -> tuple[str, ...]:
        if host != HOST:
            time.sleep(2)
        return (ADDRESS,)

    monkeypatch.setattr("pulls.edge.read._SECONDS", 0.2)
    started = time.monotonic()
    found = looked_into(cluster(), edge(ingress(), ingress(host="slow.example.com")), slow)
    assert time.monotonic() - started < 1
    assert found.resolved == {HOST: (ADDRESS,)}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ([(2, 1, 6, "", (ADDRESS, 0)), (2, 1, 6, "", (ADDRESS, 0))], (ADDRESS,)),
        (socket.gaierror(socket.EAI_NONAME, "no such name"), ()),
        (socket.gaierror(socket.EAI_AGAIN, "no server answers"), None),
        (OSError("no network"), None),
        (UnicodeError("label too long"), None),
    ],
)
def test_a_name_that_does_not_exist_is_told_from_dns_that_cannot_be_asked(
    answer: Any, found: tuple[str, ...] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object, **__: object) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    assert resolved(HOST) == found
