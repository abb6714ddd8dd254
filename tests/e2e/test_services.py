"""The whole system in the sandbox: the app, and the services beside it as simulated images of the real ones' APIs.

What this does not prove: that the real images run like that.
"""

import json
import subprocess
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from sandbox.site import free_port
from sandbox.state import State, default_state
from tests.e2e.conftest import bring_up, new_project
from tests.e2e.leaving import leave
from tests.e2e.project import Project
from tests.e2e.services import (
    COLLECTION,
    all_services,
    another_image,
    asked_by_the_app,
    in_services,
    objects,
    page,
    recalled,
    simulated,
)
from tests.e2e.test_ops_recover import ops
from tests.e2e.turns import NODE, SANDBOX, turn
from tests.e2e.waiting import until
from tests.unit.service_policies import Pod, may_connect

pytestmark = pytest.mark.e2e

WHOLE_SECONDS = 60


@dataclass(frozen=True)
class System:
    """A stack with all services, whose data goes with it."""

    project: Project
    images: dict[str, str]
    seconds: float
    """How long the first `up` took."""


@pytest.fixture(scope="module")
def system(_sandbox_can_run: None, tmp_path_factory: pytest.TempPathFactory) -> Generator[System]:
    with turn(SANDBOX, alone=False), turn(NODE, alone=False):
        bring_up()
        state = default_state()
        project = new_project(state, tmp_path_factory.mktemp("system") / "project")
        images = simulated(state)
        project.configure("services", **all_services(images, deleteData=True))
        try:
            begun = time.monotonic()
            project.must_up()
            yield System(project, images, time.monotonic() - begun)
        finally:
            leave(project)


def test_the_whole_system_is_up_in_time(system: System) -> None:
    assert system.seconds < WHOLE_SECONDS
    assert {each["metadata"]["name"] for each in objects(system.project, "deployments")} == {"ollama", "jaeger"}
    (stateful,) = objects(system.project, "statefulsets")
    assert stateful["status"]["readyReplicas"] == 1


def test_the_app_reaches_the_llm_server_which_has_the_model(system: System) -> None:
    assert page(system.project, "/ask", q="why")["answer"] == "simulated answer of llama3 to: why"
    url = f"http://ollama-service.{system.project.namespace}-services:11434/api/tags"
    assert [each["name"] for each in asked_by_the_app(system.project, url)["models"]] == ["llama3:latest"]


def test_the_app_remembers_in_the_vector_database(system: System) -> None:
    page(system.project, "/remember", text="the bridge is blue")
    assert page(system.project, "/recall", q="is the bridge blue")["found"][0] == "the bridge is blue"


def test_the_vector_database_asks_for_its_key(system: System) -> None:
    url = f"http://qdrant-service.{system.project.namespace}-services:6333/collections"
    with pytest.raises(AssertionError, match="401"):
        asked_by_the_app(system.project, url)


def test_a_request_to_the_app_is_a_span_in_the_collector(system: System) -> None:
    page(system.project, "/ask", q="span")
    url = f"http://jaeger-collector.{system.project.namespace}-services:16686/api/traces?service=webapi&limit=500"

    def asked() -> list[str]:
        traces = asked_by_the_app(system.project, url)["data"]
        names = [span["operationName"] for trace in traces for span in trace["spans"]]
        return [each for each in names if each == "GET /ask"]

    assert until(asked)


def test_the_collectors_pages_open_on_this_machine(system: System) -> None:
    project, port = system.project, free_port(set())
    words = ["port-forward", "service/jaeger-collector", f"{port}:16686"]
    command = ["kubectl", "-n", f"{project.namespace}-services", *words]
    with subprocess.Popen(command, env=project.environment, stdout=subprocess.PIPE, text=True) as forwarding:
        try:
            assert forwarding.stdout is not None
            assert forwarding.stdout.readline().startswith("Forwarding from")
            answer = httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
        finally:
            forwarding.terminate()
    assert answer.status_code == 200
    assert "Jaeger" in answer.text


def test_nobody_but_the_app_may_connect_to_a_service(system: System) -> None:
    project = system.project
    policies = [*objects(project, "networkpolicies"), *project.kubectl("get", "networkpolicies")["items"]]
    own = project.kubectl("get", "pods", "--selector", "app.kubernetes.io/name=monadic-pipeline-webapi")["items"]
    app = Pod(project.namespace, own[0]["metadata"]["labels"])
    stranger, neighbour = Pod("default", app.labels), Pod(project.namespace, {"app": "stranger"})
    serving = [
        each
        for each in objects(project, "pods")
        if each["status"]["phase"] == "Running" and "deletionTimestamp" not in each["metadata"]
    ]
    assert len(serving) == 3
    for each in serving:
        target = Pod(f"{project.namespace}-services", each["metadata"]["labels"])
        (container,) = each["spec"]["containers"]
        for port in [port["containerPort"] for port in container["ports"] if port["name"] != "health"]:
            assert may_connect(policies, app, target, port)
            assert not may_connect(policies, stranger, target, port)
            assert not may_connect(policies, neighbour, target, port)


def test_another_pod_is_refused_by_the_service_and_by_its_pod(system: System) -> None:
    (address,) = [
        each["status"]["podIP"] for each in objects(system.project, "pods") if each["metadata"]["name"] == "qdrant-0"
    ]
    for place in ("qdrant-service", address):
        assert not _connects(system.project, "deployment/jaeger", place, 6333)
        assert not _connects(system.project, "deployment/ollama", place, 6333)
    page(system.project, "/recall", q="the app itself")


def test_every_pod_is_of_the_restricted_profile(system: System) -> None:
    shown = in_services(system.project, "get", "namespace", f"{system.project.namespace}-services", "--output=yaml")
    assert "pod-security.kubernetes.io/enforce: restricted" in shown.output


def test_what_is_remembered_survives_the_pod(system: System) -> None:
    page(system.project, "/remember", text="pods are cattle")
    before = _uid(system.project)
    assert in_services(system.project, "delete", "pod", "qdrant-0", "--wait=true").code == 0
    until(lambda: _uid(system.project) not in ("", before))
    assert until(lambda: "pods are cattle" in recalled(system.project, "cattle"))


def test_what_is_remembered_survives_another_image_and_another_up(system: System, tmp_path: Path) -> None:
    project = system.project
    page(project, "/remember", text="images change")
    before = _uid(project)
    changed = another_image(project.state, system.images["qdrant"], tmp_path)
    services = all_services({**system.images, "qdrant": changed}, deleteData=True)
    project.configure("services", **services)
    project.must_up()
    assert _uid(project) != before
    assert until(lambda: "images change" in recalled(project, "images"))
    again = project.up("--expect-no-changes")
    assert again.code == 0, again.output


def test_every_workload_of_the_system_is_told_and_proved(system: System) -> None:
    status = ops(system.project, "status", "--json")
    assert status.code == 0, status.output
    workloads = {each["workload"]: each for each in json.loads(status.output)["workloads"]}
    assert {*workloads} == {
        "Deployment/monadic-pipeline-webapi", "Deployment/ollama", "StatefulSet/qdrant", "Deployment/jaeger",
    }  # fmt: skip
    assert all(each["rollout"]["complete"] for each in workloads.values())
    assert [each["name"] for each in workloads["StatefulSet/qdrant"]["pods"]] == ["qdrant-0"]
    verified = ops(system.project, "verify", "--json")
    assert verified.code == 0, verified.output
    proved = {each["image"]: each["verdict"] for each in json.loads(verified.output)["images"]}
    assert {*proved} == {one["state"] for each in workloads.values() for one in each["images"]}
    assert {*proved.values()} == {"pullable"}


def test_an_image_of_the_database_that_cannot_be_pulled_leaves_the_stateful_set_untouched(system: System) -> None:
    project, before = system.project, _uid(system.project)
    vectors = all_services(system.images, deleteData=True)["vectors"]
    missing = f"{vectors['image'].partition('@')[0]}@sha256:{'1' * 64}"
    project.configure("services", vectors={**vectors, "image": missing})
    try:
        refused = project.up()
        assert refused.code != 0
        assert "cannot be pulled or run; the StatefulSet was not touched" in refused.output
        assert "of       StatefulSet/qdrant" in refused.output
        assert _uid(project) == before
    finally:
        project.configure("services", vectors=vectors)
        project.must_up()


def test_a_model_that_does_not_exist_is_told_with_what_to_type(system: System) -> None:
    project = system.project
    before = all_services(system.images, deleteData=True)
    project.configure("services", llm={**before["llm"], "model": "missing-model"})
    try:
        refused = project.up()
        assert refused.code != 0
        assert (
            "the model 'missing-model' was not pulled: Error: pull model manifest: file does not exist"
            in refused.output
        )
        assert f"pulumi config set --path services.llm.model '<name>' -s {project.stack}" in refused.output
        assert "Traceback" not in refused.output
    finally:
        project.configure("services", llm=before["llm"])
        project.must_up()
    until(lambda: _asks(project))


def _asks(project: Project) -> bool:
    """Whether the app has an answer again: for a moment the ingress still leads to the pod that goes."""
    with project.client() as client:
        return client.get("/ask", params={"q": "why"}).status_code == 200


def _connects(project: Project, source: str, place: str, port: int) -> bool:
    code = f"import socket; socket.create_connection(('{place}', {port}), timeout=2)"
    done = in_services(project, "exec", source, "--", "python3", "-c", code)
    assert done.code == 0 or "timed out" in done.output, done.output
    return done.code == 0


def _uid(project: Project) -> str:
    """Of the vector database's pod, once it is ready; empty while it is not."""
    for each in objects(project, "pods"):
        conditions = {one["type"]: one["status"] for one in each["status"].get("conditions", [])}
        gone = "deletionTimestamp" in each["metadata"]
        if each["metadata"]["name"] == "qdrant-0" and conditions.get("Ready") == "True" and not gone:
            return each["metadata"]["uid"]
    return ""


def test_the_collection_is_on_the_volume_of_the_claim(system: System) -> None:
    page(system.project, "/remember", text="on a volume")
    (volume,) = [
        each["spec"]["volumeName"]
        for each in objects(system.project, "persistentvolumeclaims")
        if each["metadata"]["name"] == "qdrant-data"
    ]
    kept = _folder(system.project.state, volume) / "collections" / f"{COLLECTION}.json"
    assert "on a volume" in kept.read_text()


def _folder(state: State, volume: str) -> Path:
    return state.folder / "volumes" / volume
