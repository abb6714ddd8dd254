"""Certificates of Ingresses."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.unit.edge_objects import HOST, NOW, certificate, edge, ingress, told

PLACE = ("shop", "web-tls")
TLS = [{"hosts": [HOST], "secretName": "web-tls"}]


def said(pem: str | None, tls: list[Mapping[str, Any]] | None = None, **how: Any) -> list[str]:
    found = edge(ingress(tls=tls or TLS, **how), certificates={PLACE: pem})
    symptoms = told(found)
    assert {kind for kind, _ in symptoms} <= {"ingress-tls"}
    return [text for _, text in symptoms]


@pytest.mark.parametrize("names", [(HOST,), ("SHOP.example.COM",), ("*.example.com",), ("other.example.com", HOST)])
def test_a_certificate_that_covers_the_host_is_well(names: tuple[str, ...]) -> None:
    assert said(certificate(*names)) == []


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("other.example.com",), "other.example.com"),
        (("*.com",), "*.com"),
        (("*.shop.example.com",), "*.shop.example.com"),
        ((), "no host"),
    ],
)
def test_one_for_other_hosts_is_told(names: tuple[str, ...], shown: str) -> None:
    assert said(certificate(*names)) == [f"the certificate in Secret 'web-tls' is for {shown}, and not for {HOST}"]


def test_one_that_is_over_is_told_and_one_that_is_not_valid_yet() -> None:
    assert said(certificate(HOST, days=-2)) == ["the certificate in Secret 'web-tls' is over since 2026-01-03"]
    later = certificate(HOST, begins=3)
    assert said(later) == ["the certificate in Secret 'web-tls' is valid from 2026-01-08 on"]
    assert NOW.day == 5


def test_a_secret_that_is_missing_or_holds_no_certificate_is_told() -> None:
    assert said(None) == ["no Secret 'web-tls'"]
    assert said("") == ["Secret 'web-tls' is no TLS secret: tls.crt or tls.key is missing in it"]
    assert said("hello") == ["tls.crt in Secret 'web-tls' is no certificate"]


def test_cert_manager_has_a_moment_to_make_one() -> None:
    asked = {"cert-manager.io/cluster-issuer": "letsencrypt"}
    assert said(None, created=250, annotations=asked) == []
    assert said(None, annotations=asked) == ["no Secret 'web-tls', which cert-manager should make"]
    assert said(None, created=250) == ["no Secret 'web-tls'"]


def test_without_hosts_it_is_for_those_of_the_rules_and_without_a_secret_the_controllers_own() -> None:
    other = certificate("other.example.com")
    assert len(said(other, [{"secretName": "web-tls"}])) == 1
    assert said(other, [{"hosts": [HOST]}]) == []


def test_a_secret_that_may_not_be_read_is_not_said_to_be_missing() -> None:
    assert told(edge(ingress(tls=TLS))) == []
