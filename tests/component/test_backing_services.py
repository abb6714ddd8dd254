"""What BackingServices asks of the engine."""

import asyncio
import json
from typing import Any, cast

import pulumi
import pulumi_kubernetes as k8s
import pytest

from components.backing_services import BackingServices, BackingServicesArgs
from components.errors import ConfigError
from components.rollout_guard import RolloutGuardArgs
from components.services import claim_guard
from components.services.catalogue import services
from components.services.service import Volume
from components.services.traffic import Clients
from components.settings_services import ServicesSettings
from components.stack_file import StackFile
from pulls.cluster import ClusterError
from tests.component.guarded import Hook, call
from tests.engine import run_program
from tests.graph import Graph
from tests.unit.service_policies import Pod, may_connect

SERVICES = "pipeline:index:BackingServices"
STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
JOB = "kubernetes:batch/v1:Job"
SECRET = "kubernetes:core/v1:Secret"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
STASH = "pulumi:index:Stash"
EVERY = {"kubernetes:core/v1:ServiceAccount", "kubernetes:core/v1:Service", POLICY}
GUARD: RolloutGuardArgs = {"kubeconfig": "kubeconfig"}


def run(*, more: dict[str, Any] | None = None, **modes: dict[str, Any]) -> Graph:
    given = {name: {"mode": "in-cluster", **each} for name, each in modes.items()}
    settings = ServicesSettings.model_validate_json(json.dumps(given))

    def program() -> None:
        provider = k8s.Provider("cluster", kubeconfig="x")
        args: dict[str, Any] = {
            "namespace": "web-services",
            "services": services(settings, StackFile("dev")),
            "clients": Clients("web", {"app": "web"}),
            **(more or {}),
        }
        made = BackingServices("services", cast("BackingServicesArgs", args), pulumi.ResourceOptions(provider=provider))
        pulumi.export("keys", dict(made.keys))

    return run_program(program)


def whole(**more: Any) -> Graph:
    return run(llm={}, vectors={}, traces={}, more=more)


def listed(graph: Graph) -> list[tuple[str, str]]:
    return sorted((each.type, each.name) for each in graph.children(graph.one(SERVICES)))


def test_each_service_has_exactly_its_own_objects() -> None:
    vectors = {(kind, "services-qdrant") for kind in (*EVERY, STATEFUL_SET, CLAIM, SECRET)}
    assert listed(run(vectors={})) == sorted({*vectors, (STASH, "services-qdrant-key")})
    traces = {(kind, "services-jaeger") for kind in (*EVERY, DEPLOYMENT)}
    assert listed(run(traces={})) == sorted(traces)
    llm = {(kind, "services-ollama") for kind in (*EVERY, DEPLOYMENT, CLAIM)}
    assert listed(run(llm={})) == sorted({*llm, (POLICY, "services-ollama-pull"), (JOB, "services-ollama-pull")})
    assert listed(whole()) == sorted({*listed(run(llm={})), *listed(run(vectors={})), *traces})


def test_every_child_has_the_component_as_parent_and_its_provider_and_namespace() -> None:
    graph = whole()
    for child in graph.children(graph.one(SERVICES)):
        if child.type == STASH:  # the engine's own
            continue
        assert child.provider_urn == graph.one("pulumi:providers:kubernetes").urn, child.type
        assert child.inputs["metadata"]["namespace"] == "web-services"
        assert child.inputs["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "pulumi"


def test_data_stays_when_the_stack_goes_unless_it_shall_not() -> None:
    claims = {each.name: each for each in run(llm={"deleteData": True}, vectors={}).all(CLAIM)}
    kept, gone = claims["services-qdrant"], claims["services-ollama"]
    assert (kept.request.retainOnDelete, gone.request.retainOnDelete) == (True, False)
    assert kept.inputs["metadata"]["name"] == "qdrant-data"
    # Found again by the next `up`, whoever wrote which field; and bound or not, nobody waits for the claim itself.
    annotations = kept.inputs["metadata"]["annotations"]
    assert annotations == {"pulumi.com/patchForce": "true", "pulumi.com/skipAwait": "true"}


def test_pods_come_after_their_claim_and_policy_and_the_model_after_its_server() -> None:
    graph = whole()
    stateful = graph.one(STATEFUL_SET)
    needed = [
        graph.one(kind, "services-qdrant") for kind in (CLAIM, POLICY, SECRET, "kubernetes:core/v1:ServiceAccount")
    ]
    assert {each.urn for each in needed} <= stateful.dependencies
    server = [graph.one(DEPLOYMENT, "services-ollama"), graph.one("kubernetes:core/v1:Service", "services-ollama")]
    assert {each.urn for each in server} <= graph.one(JOB).dependencies


def test_the_key_is_one_secret_for_the_service_and_the_app() -> None:
    graph = run(vectors={})
    secret = graph.one(SECRET)
    assert secret.secrets == {"stringData"}
    key = graph.exports["keys"]["qdrant"]
    assert len(key) == 64
    assert secret.inputs["stringData"] == {"api-key": key}
    assert graph.stack.secret_outputs == {"keys.qdrant"}
    assert graph.one(STASH).request.ignoreChanges == ["input"]


def test_another_model_or_image_is_another_job() -> None:
    def job(**llm: Any) -> str:
        return run(llm=llm).one(JOB).inputs["metadata"]["name"]

    assert job() == job(size="30Gi")
    other = job(model="phi3")
    assert len({job(), other, job(image="r.io/ollama@sha256:" + "1" * 64)}) == 3
    assert other.startswith("ollama-pull-")


def test_a_job_that_failed_is_made_anew_and_has_the_time_that_was_asked_for() -> None:
    job = run(llm={"pullSeconds": 90}).one(JOB)
    assert job.inputs["metadata"]["annotations"] == {"pulumi.com/replaceUnready": "true"}
    assert job.request.customTimeouts.create == "150s"


def test_with_a_guard_pulls_are_tried_and_classes_and_models_asked_for() -> None:
    graph = whole(guard=GUARD)
    for each in (graph.one(STATEFUL_SET), *graph.all(DEPLOYMENT)):
        assert each.hooks["before_create"] == (f"{each.name}-before-rollout",)
    assert graph.one(CLAIM, "services-qdrant").hooks["before_create"] == ("qdrant-data-before-claim",)
    assert len(graph.one(JOB).hooks["on_error"]) == 1
    assert all(not each.hooks for each in whole().resources)


def test_pull_secrets_are_every_pods() -> None:
    graph = whole(image_pull_secrets=["registry-pull"], pull_secrets_version="7")
    pods = [each.inputs["spec"]["template"]["spec"] for each in (graph.one(STATEFUL_SET), graph.one(JOB))]
    assert [each["imagePullSecrets"] for each in pods] == [[{"name": "registry-pull"}]] * 2
    assert graph.one(STATEFUL_SET).inputs["metadata"]["annotations"] == {"monadic-pipeline/pull-secrets": "7"}


def test_only_the_app_reaches_the_services() -> None:
    policies = [each.inputs for each in whole().all(POLICY)]
    app, neighbour = Pod("web", {"app": "web"}), Pod("web", {"app": "other"})
    qdrant = Pod("web-services", _labels("qdrant"))
    ollama, puller = (Pod("web-services", _labels(each)) for each in ("ollama", "ollama-pull"))
    collector = Pod("web-services", _labels("jaeger"))
    for target, port in ((qdrant, 6333), (qdrant, 6334), (ollama, 11434), (collector, 4317)):
        assert may_connect(policies, app, target, port)
        assert not may_connect(policies, neighbour, target, port)
        assert not may_connect(policies, Pod("elsewhere", {"app": "web"}), target, port)
    assert not may_connect(policies, app, qdrant, 6335)
    assert may_connect(policies, puller, ollama, 11434)
    assert not may_connect(policies, puller, qdrant, 6333)
    assert not may_connect(policies, qdrant, collector, 4317)


def test_only_the_llm_server_connects_to_other_machines() -> None:
    policies = [each.inputs for each in whole().all(POLICY)]
    outside = Pod("", {})
    reaching = [
        each
        for each in ("ollama", "qdrant", "jaeger", "ollama-pull")
        if may_connect(policies, Pod("web-services", _labels(each)), outside, 443)
    ]
    assert reaching == ["ollama"]


def test_an_app_with_few_destinations_may_still_reach_its_services() -> None:
    closed: dict[str, Any] = {
        "metadata": {"namespace": "web"},
        "spec": {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Egress"], "egress": []},
    }
    app, qdrant = Pod("web", {"app": "web"}), Pod("web-services", _labels("qdrant"))
    assert not may_connect([closed, *(each.inputs for each in whole().all(POLICY))], app, qdrant, 6333)
    opened = [closed, *(each.inputs for each in whole(open_clients=True).all(POLICY))]
    assert may_connect(opened, app, qdrant, 6333)
    assert not may_connect(opened, app, Pod("web-services", {"app": "x"}), 6333)


def _labels(name: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": name}


class FakeCluster:
    def __init__(self, classes: list[dict[str, Any]] | ClusterError) -> None:
        self._classes = classes

    def list(self, kind: str) -> list[dict[str, Any]]:
        assert kind == "storageclasses"
        if isinstance(self._classes, ClusterError):
            raise self._classes
        return self._classes


def ask(monkeypatch: pytest.MonkeyPatch, classes: list[dict[str, Any]] | ClusterError) -> None:
    monkeypatch.setattr(pulumi, "ResourceHook", Hook)

    def connect(*_: object) -> FakeCluster:
        return FakeCluster(classes)

    monkeypatch.setattr(claim_guard, "connect_text", connect)

    async def work() -> None:
        volume = Volume("/data", "1Gi", advice="pulumi config set --path services.vectors.volumeClass '<name>' -s dev")
        await call([claim_guard.before_claim("qdrant-data", volume, GUARD)], {})

    asyncio.run(work())


def test_a_missing_class_ends_the_update_before_the_claim_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError) as caught:
        ask(monkeypatch, [{"metadata": {"name": "slow"}}])
    text = str(caught.value)
    assert text.startswith("the volume qdrant-data cannot be made: no StorageClass of the cluster is its default")
    assert "services.vectors.volumeClass" in text


def test_who_may_not_list_classes_is_not_refused_for_that(monkeypatch: pytest.MonkeyPatch) -> None:
    ask(monkeypatch, ClusterError("forbidden", 403))
