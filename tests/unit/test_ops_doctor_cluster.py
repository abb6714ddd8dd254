"""What the doctor finds in a cluster: an API server on loopback that answers as it is told."""

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.settings_models import LocalSettings
from components.stack_file import StackFile
from ops.checks.cluster import check_cluster
from ops.checks.finding import Finding, Name, State
from ops.checks.rights_needed import MADE, Place, Right, listed, places
from tests.stack_files import ROOT
from tests.unit.local_machine import settings
from tests.unit.plain_api import TOKEN, Asked, PlainApi, Reply, plain_api, status

Json = dict[str, Any]
STACK = StackFile("local")


def node(architecture: str = "amd64") -> Json:
    info = {"operatingSystem": "linux", "architecture": architecture}
    return {"status": {"nodeInfo": info, "conditions": [{"type": "Ready", "status": "True"}]}}


class Answers:
    """An API server: what it has, and what its user may not do."""

    def __init__(self) -> None:
        self.user = "ann"
        self.classes = ["traefik"]
        self.nodes = [node()]
        self.refused: set[tuple[str, str]] = set()
        self.replies: dict[str, Reply] = {"/namespaces/shop": Reply(200, {})}
        self.reviews: list[Json] = []

    def __call__(self, asked: Asked) -> Reply | None:
        for ending, reply in self.replies.items():
            if asked.path.endswith(ending):
                return reply
        if asked.path.endswith("/ingressclasses"):
            return Reply(200, {"items": [{"metadata": {"name": each}} for each in self.classes]})
        if asked.path.endswith("/nodes"):
            return Reply(200, {"items": self.nodes})
        if asked.path.endswith("/selfsubjectreviews"):
            return Reply(201, {"status": {"userInfo": {"username": self.user}}})
        if asked.path.endswith("/selfsubjectaccessreviews"):
            assert asked.body is not None
            attributes: Json = asked.body["spec"]["resourceAttributes"]
            self.reviews.append(attributes)
            return Reply(201, {"status": {"allowed": (attributes["verb"], attributes["resource"]) not in self.refused}})
        return None


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def api(answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlainApi]:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    with plain_api(answers) as served:
        (tmp_path / "kubeconfig").write_text(served.kubeconfig)
        yield served


def local(**changes: Json) -> LocalSettings:
    app = {"name": "web", "namespace": "shop", "host": "web.localhost", **changes.get("app", {})}
    image = {"repository": "web", "context": "webapi", **changes.get("image", {})}
    found = settings(
        "local",
        app=app,
        image=image,
        cluster={"context": "c", **changes.get("cluster", {})},
        registry={"host": "127.0.0.1:1"},
        ingress=changes.get("ingress", {}),
        services=changes.get("services", {}),
    )
    assert isinstance(found, LocalSettings)
    return found


def filled(secrets: bool = True, service_secrets: bool = True, **changes: Json) -> list[Place]:
    return places(local(**changes), secrets=secrets, service_secrets=service_secrets)


def found(secrets: bool = True, **changes: Json) -> list[Finding]:
    results = check_cluster(local(**changes), STACK, places(local(**changes), secrets=secrets, service_secrets=secrets))
    assert TOKEN not in str(results)
    return results


def only(results: list[Finding], check: Name) -> Finding:
    (each,) = [each for each in results if each.check is check]
    return each


def test_a_cluster_that_has_all_is_well(api: PlainApi) -> None:
    results = found()
    assert {each.state for each in results} == {State.OK}
    assert [each.check for each in results] == [
        Name.CLUSTER_CONTEXT,
        Name.CLUSTER,
        Name.RIGHTS,
        Name.INGRESS,
        Name.NODES,
    ]
    assert only(results, Name.CLUSTER_CONTEXT).what == f"c, at {api.url}"


def test_only_reviews_are_posted_and_each_names_its_place(api: PlainApi, answers: Answers) -> None:
    found()
    assert {each.rpartition("/")[2] for each in api.of("POST")} == {"selfsubjectreviews", "selfsubjectaccessreviews"}
    assert {each.method for each in api.asked} == {"GET", "POST"}
    places = {each["resource"]: each.get("namespace") for each in answers.reviews}
    assert places["deployments"] == places["pods"] == "shop"
    assert places["namespaces"] is None
    assert places["nodes"] is None
    assert {each["group"] for each in answers.reviews if each["resource"] == "deployments"} == {"apps"}


@pytest.mark.usefixtures("api")
def test_a_right_that_the_update_needs_is_a_problem_with_who_and_what(answers: Answers) -> None:
    answers.refused = {("create", "deployments"), ("patch", "deployments"), ("create", "services")}
    wrong = only(found(), Name.RIGHTS)
    assert wrong.state is State.PROBLEM
    assert wrong.what == "ann may not create services; create and patch deployments.apps in namespace shop"
    assert wrong.commands == (
        "kubectl --context c -n shop auth can-i --list",
        "kubectl -n shop create rolebinding deployer --clusterrole=admin --user=ann  # by an administrator",
    )


@pytest.mark.usefixtures("api")
def test_a_service_account_is_bound_as_one(answers: Answers) -> None:
    answers.user = "system:serviceaccount:ci:deployer"
    answers.refused = {("create", "namespaces")}
    wrong = only(found(), Name.RIGHTS)
    (_, grant) = wrong.commands
    assert "--verb=get,create --resource=namespaces" in grant
    assert "--clusterrole=deployer-namespaces --serviceaccount=ci:deployer" in grant


@pytest.mark.usefixtures("api")
def test_a_right_that_only_the_rehearsal_needs_is_a_warning(answers: Answers) -> None:
    answers.refused = {("create", "pods"), ("list", "nodes")}
    wrong = only(found(), Name.RIGHTS)
    assert (wrong.state, wrong.what) == (
        State.WARNING,
        "ann may not create pods; list nodes in namespace shop",
    )


@pytest.mark.usefixtures("api")
def test_what_the_stack_does_not_make_needs_no_right(answers: Answers) -> None:
    answers.refused = {("create", each) for each in ("secrets", "configmaps", "ingresses", "horizontalpodautoscalers")}
    assert only(found(secrets=False, app={"host": None}), Name.RIGHTS).state is State.OK
    assert only(found(secrets=True, app={"host": None}), Name.RIGHTS).state is State.PROBLEM
    assert only(found(secrets=False), Name.RIGHTS).state is State.PROBLEM
    files = {"host": None, "configFiles": {"a.json": "{}"}}
    assert only(found(secrets=False, app=files), Name.RIGHTS).state is State.PROBLEM


def test_without_a_rehearsal_no_pod_is_made() -> None:
    assert Right("pods", "create") in filled()[0].helpful
    assert Right("pods", "create") not in filled(app={"rehearsal": "off"})[0].helpful
    assert Right("poddisruptionbudgets", "create", "policy") not in filled(app={"replicas": 1})[0].needed


BESIDE = {"llm": {"mode": "in-cluster"}, "vectors": {"mode": "in-cluster"}, "traces": {"mode": "in-cluster"}}


def kinds(place: Place) -> set[str]:
    return {each.resource for each in place.needed}


def test_what_the_services_need_is_needed_in_their_own_namespace() -> None:
    (app,) = filled()
    assert "statefulsets" not in kinds(app)
    app, beside = filled(services=BESIDE)
    assert (app.namespace, beside.namespace) == ("shop", "shop-services")
    assert not kinds(app) & {"statefulsets", "jobs", "persistentvolumeclaims"}
    of_all = {"secrets", "serviceaccounts", "services", "networkpolicies"}
    assert kinds(beside) == {*of_all, "deployments", "statefulsets", "jobs", "persistentvolumeclaims"}
    assert Right("pods", "create") in beside.helpful
    _, traces = filled(service_secrets=False, services={"traces": BESIDE["traces"]})
    assert kinds(traces) == {*of_all, "deployments"} - {"secrets"}
    _, vectors = filled(services={"vectors": BESIDE["vectors"]})
    assert kinds(vectors) == {*of_all, "statefulsets", "persistentvolumeclaims"}


@pytest.mark.usefixtures("api")
def test_rights_are_asked_in_each_namespace_and_told_by_it(answers: Answers) -> None:
    answers.replies = {"/namespaces/shop": Reply(200, {}), "/namespaces/shop-services": status(404, "not found")}
    answers.refused = {("create", "statefulsets"), ("create", "services")}
    app, beside = [each for each in found(services=BESIDE) if each.check is Name.RIGHTS]
    assert app.what == "ann may not create services in namespace shop"
    assert beside.what == "ann may not create services, statefulsets.apps in namespace shop-services"
    assert not any("create namespace" in each for each in app.commands)
    assert beside.commands == (
        "kubectl --context c -n shop-services auth can-i --list",
        "kubectl create namespace shop-services  # by an administrator",
        "kubectl -n shop-services create rolebinding deployer --clusterrole=admin --user=ann  # by an administrator",
    )
    asked = {each["namespace"] for each in answers.reviews if each["resource"] == "statefulsets"}
    assert asked == {"shop-services"}


@pytest.mark.usefixtures("api")
def test_a_namespace_that_may_not_be_looked_at_may_be_missing(answers: Answers) -> None:
    answers.replies = {"/namespaces/shop": status(403, "forbidden")}
    answers.refused = {("create", "services")}
    assert only(found(), Name.RIGHTS).commands[1] == (
        "kubectl create namespace shop  # by an administrator, if it is not there"
    )


@pytest.mark.usefixtures("api")
def test_with_services_both_namespaces_are_told() -> None:
    told = only(found(services=BESIDE), Name.RIGHTS)
    assert told.what == "ann may make all that the stack makes in namespaces shop and shop-services"


def test_rights_are_asked_for_each_kind_that_the_program_makes() -> None:
    texts = "".join(
        (ROOT / "components" / f"{each}.py").read_text() for each in ("pipeline_app", "namespace", "backing_services")
    )
    kinds = set(re.findall(r"k8s\.\w+\.v\d\.(\w+)\(", texts)) - {"ObjectMetaArgs"}
    plural = {each.lower() + ("es" if each.endswith("ss") else "s") for each in kinds}
    plural = {each.replace("policys", "policies") for each in plural}
    assert plural == {each.resource for each in MADE}


def test_rights_are_listed_by_what_is_done() -> None:
    rights = [Right("a", "create"), Right("a", "patch"), Right("b", "create", "x"), Right("b", "patch", "x")]
    assert listed([*rights, Right("c", "list")]) == "create and patch a, b.x; list c"


@pytest.mark.usefixtures("api")
def test_an_old_server_that_does_not_say_who_one_is_is_asked_all_the_same(answers: Answers) -> None:
    answers.replies = {"/selfsubjectreviews": status(404, "not found")}
    assert only(found(), Name.RIGHTS).what.startswith("this login may make all")


@pytest.mark.usefixtures("api")
def test_a_login_that_is_refused_is_a_problem_of_the_cluster(answers: Answers) -> None:
    answers.replies = {"": status(401, "Unauthorized")}
    results = found()
    wrong = only(results, Name.CLUSTER)
    assert wrong.state is State.PROBLEM
    assert wrong.what == "the cluster does not take the login of context 'c'"
    assert Name.NODES not in [each.check for each in results]


@pytest.mark.usefixtures("api")
def test_what_answers_and_is_no_cluster_is_told(answers: Answers) -> None:
    answers.replies = {"": Reply(200, b"<html>hello</html>")}
    assert "is no API server" in only(found(), Name.CLUSTER).what


def test_a_cluster_that_is_down_is_told_once(tmp_path: Path, api: PlainApi) -> None:
    text = api.kubeconfig.replace(api.url, "http://127.0.0.1:1")
    (tmp_path / "kubeconfig").write_text(text)
    results = found()
    assert [each.check for each in results] == [Name.CLUSTER_CONTEXT, Name.CLUSTER]
    assert only(results, Name.CLUSTER).what.startswith("the cluster of context 'c' does not answer")


def test_a_missing_program_of_the_login_is_named(tmp_path: Path, api: PlainApi) -> None:
    document = json.loads(api.kubeconfig)
    exec_ = {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-login", "interactiveMode": "Never"}
    document["users"][0]["user"] = {"exec": exec_}
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(document))
    wrong = only(found(), Name.CLUSTER)
    assert wrong.state is State.PROBLEM
    assert "no-such-login" in wrong.what


def test_a_context_that_is_not_there_is_not_asked(api: PlainApi) -> None:
    (wrong,) = found(cluster={"context": "oter"})
    assert (wrong.check, wrong.state) == (Name.CLUSTER_CONTEXT, State.PROBLEM)
    assert "pulumi config set --path cluster.context other -s local" in wrong.commands
    assert api.asked == []


def test_a_cluster_of_a_cloud_is_not_asked(tmp_path: Path, api: PlainApi) -> None:
    (tmp_path / "kubeconfig").write_text(api.kubeconfig.replace(api.url, "https://x.hcp.westeurope.azmk8s.io"))
    (wrong,) = found()
    assert wrong.check is Name.CLUSTER_CONTEXT
    assert "is an AKS cluster" in wrong.what


@pytest.mark.usefixtures("api")
def test_a_class_and_a_platform_that_are_not_there_are_problems(answers: Answers) -> None:
    answers.classes, answers.nodes = ["nginx"], [node("arm64")]
    results = found()
    ingress, nodes = only(results, Name.INGRESS), only(results, Name.NODES)
    assert (ingress.state, nodes.state) == (State.PROBLEM, State.PROBLEM)
    assert "pulumi config set --path ingress.className nginx -s local" in ingress.commands
    assert nodes.commands == ("pulumi config set --path image.platform linux/arm64 -s local",)


@pytest.mark.usefixtures("api")
def test_an_app_without_a_host_needs_no_ingress(answers: Answers) -> None:
    answers.classes = []
    assert Name.INGRESS not in [each.check for each in found(app={"host": None})]


@pytest.mark.usefixtures("api")
def test_what_may_not_be_seen_is_unknown_and_no_problem(answers: Answers) -> None:
    answers.replies = {"/nodes": status(403, "no"), "/ingressclasses": status(403, "no")}
    results = found()
    for check, kind in ((Name.NODES, "nodes"), (Name.INGRESS, "ingressclasses")):
        assert only(results, check).state is State.UNKNOWN
        assert only(results, check).commands == (f"kubectl --context c -n shop get {kind}",)


def test_a_cluster_that_takes_connections_and_is_silent_is_named_within_seconds(tmp_path: Path, api: PlainApi) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        (tmp_path / "kubeconfig").write_text(api.kubeconfig.replace(api.url, url))
        began = time.monotonic()
        results = found()
    assert only(results, Name.CLUSTER).state is State.PROBLEM
    assert "does not answer" in only(results, Name.CLUSTER).what
    assert time.monotonic() - began < 4
