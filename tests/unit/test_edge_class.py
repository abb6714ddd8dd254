"""Ingresses that nobody serves: an unknown class, no address."""

from typing import Any

import pytest

from tests.unit.edge_objects import classes, controllers_word, edge, ingress, told
from tests.unit.pull_objects import Json

ANNOTATION = "kubernetes.io/ingress.class"


def annotated(called: str, **how: Any) -> Json:
    return ingress(class_name=None, annotations={ANNOTATION: called}, **how)


def test_an_ingress_that_is_well_is_no_symptom() -> None:
    assert told(edge()) == []


@pytest.mark.parametrize("address", ["", "192.0.2.7"])
def test_a_class_that_is_not_there_is_told_with_those_that_are_the_nearest_first(address: str) -> None:
    found = edge(ingress(class_name="traefikk", address=address, created=299))
    said = "no IngressClass 'traefikk'; there are traefik, alb; did you mean traefik?"
    assert told(found) == [("ingress-class", said)]


def test_a_cluster_without_any_class_has_no_controller() -> None:
    said = "no IngressClass 'traefik', nor any other: the cluster has no ingress controller"
    assert told(edge(classes=[])) == [("ingress-class", said)]


def test_the_annotation_names_a_class_too() -> None:
    ((kind, said),) = told(edge(annotated("nginx", address="")))
    assert (kind, said) == ("ingress-class", "no IngressClass 'nginx'; there are traefik, alb")


@pytest.mark.parametrize(
    "served",
    [
        annotated("nginx"),  # somebody took it, by the annotation alone
        annotated("nginx", address="", created=299),
        annotated("traefik"),
        annotated("gce"),
    ],
)
def test_an_annotation_needs_no_object_where_a_controller_takes_it(served: Json) -> None:
    assert told(edge(served)) == []


def test_one_that_its_controller_takes_without_an_object_may_wait_for_an_address_too() -> None:
    assert [kind for kind, _ in told(edge(annotated("gce", address="")))] == ["ingress-address"]


def test_classes_that_may_not_be_read_are_not_said_to_be_absent() -> None:
    assert told(edge(classes=[], refused={"ingressclasses": "may not"})) == []


@pytest.mark.parametrize(
    ("given", "whose"),
    [(ingress(address=""), "of class traefik"), (ingress(address="", class_name=None), "without a class")],
)
def test_an_ingress_that_has_waited_long_for_its_address_is_told(given: Json, whose: str) -> None:
    ((kind, said),) = told(edge(given))
    assert kind == "ingress-address"
    assert said == f"an Ingress {whose}, and no controller has given it an address since 2026-01-05T10:00:00Z"


def test_what_the_controller_says_of_it_is_told_too() -> None:
    ((_, said),) = told(edge(ingress(address="")), events=[controllers_word("no subnet has the tag")])
    assert said.endswith("; no subnet has the tag")


@pytest.mark.parametrize("change", [{"ingresses": [ingress(address="", created=250)]}, {"taken_at": None}])
def test_a_controller_has_a_moment_for_it(change: dict[str, Any]) -> None:
    given = {"ingresses": [ingress(address="")], **change}
    assert told(edge(**given)) == []


def test_an_ingress_that_goes_is_no_symptom() -> None:
    going = ingress(class_name="none")
    going["metadata"]["deletionTimestamp"] = "2026-01-05T10:00:00Z"
    assert told(edge(going, classes=classes())) == []
