"""Hosts of Ingresses, as this machine resolves them."""

import pytest

from pulls.edge.of_host import names_to_ask
from pulls.edge.symptoms import edge_notes
from tests.unit.edge_objects import ADDRESS, HOST, edge, ingress, told

BALANCER = "lb-1.elb.example.net"


def test_a_host_that_does_not_exist_is_told() -> None:
    said = f"this machine finds no address for {HOST}; the Ingress has {ADDRESS}"
    assert told(edge(resolved={HOST: ()})) == [("ingress-host", said)]


def test_where_dns_cannot_be_asked_nothing_is_said() -> None:
    found = edge(resolved={})
    assert (told(found), edge_notes(found)) == ([], [])


def test_a_host_that_leads_elsewhere_is_a_note_as_something_may_stand_between() -> None:
    found = edge(resolved={HOST: ("198.51.100.1",)})
    assert told(found) == []
    (note,) = edge_notes(found)
    assert note.startswith(f"{HOST} resolves to 198.51.100.1, and Ingress web has {ADDRESS}; all is well when a CDN")


@pytest.mark.parametrize(
    ("balancer", "notes"), [(("192.0.2.1", "192.0.2.2"), 0), (("192.0.2.9",), 1), ((), 0), (None, 0)]
)
def test_a_load_balancer_with_a_name_is_resolved_too(balancer: tuple[str, ...] | None, notes: int) -> None:
    known = {HOST: ("192.0.2.2",)} | ({} if balancer is None else {BALANCER: balancer})
    assert len(edge_notes(edge(ingress(address=BALANCER), resolved=known))) == notes


def test_of_several_load_balancers_one_that_is_not_known_leaves_it_open() -> None:
    given = ingress()
    given["status"]["loadBalancer"]["ingress"].append({"hostname": BALANCER})
    found = {HOST: ("198.51.100.1",)}
    assert edge_notes(edge(given, resolved=found)) == []
    assert len(edge_notes(edge(given, resolved={**found, BALANCER: ("192.0.2.9",)}))) == 1


def test_only_names_that_can_be_judged_are_asked_for() -> None:
    assert names_to_ask(ingress()) == (HOST,)
    assert names_to_ask(ingress(address=BALANCER)) == (HOST, BALANCER)
    for host in ("shop.localhost", "localhost", "*.example.com", ""):
        assert names_to_ask(ingress(host=host, address=BALANCER)) == ()
    assert names_to_ask(ingress(address="")) == ()
