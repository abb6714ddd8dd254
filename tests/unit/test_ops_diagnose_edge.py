"""`ops diagnose` tells what is wrong with the way from outside to the pods."""

from typing import Any

import pytest

from ops.diagnose import Question, diagnoses
from pulls.cluster import ClusterError
from pulls.diagnosis import Facts, as_text
from tests.unit.edge_objects import LABELS, classes, endpoints, ingress, service
from tests.unit.fake_cluster import FakeCluster, Json, failing
from tests.unit.pull_objects import controller, deployment, healthy, pod, replica_set

LOCAL = "shop.localhost"
WRONG = ingress(class_name="trafik", host=LOCAL)
FORBIDDEN = ClusterError("the cluster refuses GET: may not", 403)


def cluster(*ingresses: Json, **lists: Any) -> FakeCluster:
    there = {
        "pods": [pod(healthy(), labels=LABELS)],
        "deployments": [deployment()],
        "replicasets": [replica_set()],
        "ingresses": ingresses,
        "ingressclasses": classes("traefik"),
        "services": [service()],
        "endpointslices": [endpoints()],
    }
    return FakeCluster(lists={**there, **lists})


def question(workload: str | None = None) -> Question:
    return Question("shop", workload, ask_registry=False)


@pytest.mark.parametrize("workload", [None, "deployment/web"])
def test_an_ingress_of_the_namespace_or_of_the_workload_is_looked_at(workload: str | None) -> None:
    (found,) = diagnoses(cluster(WRONG), question(workload), Facts(kube_context="c")).diagnoses
    assert (found.code, found.workload, found.pod) == ("ingress-class", "Ingress/web", None)
    text = as_text(found)
    assert "\n  cluster  UnknownClass: no IngressClass 'trafik'; there are traefik; did you mean traefik?" in text
    assert "kubectl --context c get ingressclass" in text


def test_a_workload_without_pods_has_those_of_its_template() -> None:
    template = {"template": {"metadata": {"labels": LABELS}}}
    made = controller("Deployment", "web", spec=template, status={"observedGeneration": 3})
    there = cluster(WRONG, pods=[], replicasets=[], deployments=[made])
    assert [each.code for each in diagnoses(there, question("deployment/web"), Facts()).diagnoses] == ["ingress-class"]


def test_an_ingress_of_others_is_not_the_workloads_and_its_secret_is_not_read() -> None:
    other = ingress(class_name="trafik", tls=[{"secretName": "theirs"}], host=LOCAL)
    there = cluster(other, services=[service(selector={"app": "other"})])
    assert diagnoses(there, question("deployment/web"), Facts()).diagnoses == []
    assert ("get", "theirs") not in there.asked
    assert diagnoses(there, question(), Facts()).diagnoses != []


def test_a_missing_secret_is_told_with_what_to_type() -> None:
    there = cluster(ingress(tls=[{"secretName": "web-tls"}], host=LOCAL))
    (found,) = diagnoses(there, question(), Facts()).diagnoses
    assert (found.code, found.text) == ("ingress-tls", "no Secret 'web-tls'")
    assert found.fixes[0][1] == "kubectl -n shop describe ingress/web"


def test_who_may_not_list_ingresses_is_told_so_and_diagnosed_all_the_same() -> None:
    there = cluster(WRONG)
    there.errors = failing(("list", "ingresses", FORBIDDEN))
    found = diagnoses(there, question(), Facts())
    assert (found.diagnoses, found.notes) == ([], (f"ingresses cannot be read: {FORBIDDEN}",))


def test_an_ingress_that_is_well_changes_nothing() -> None:
    found = diagnoses(cluster(ingress(host=LOCAL)), question(), Facts())
    assert (found.diagnoses, found.notes) == ([], ())
