"""Faults of manifests, policies, nodes and programs, as anybody may have them in a cluster."""

import json
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from pulls.causes import Code
from pulls.kubelet.symptom import SymptomKind
from tests.faults import node_faults
from tests.faults.ground import MISSING, Ground, Json

_POLICY_SECONDS = 30


@dataclass(frozen=True)
class ClusterFault:
    """One fault: how it comes about, and what must be found."""

    name: str
    code: str
    inject: Callable[[Ground, str], AbstractContextManager[str]]
    role: str | None = "container"


def _workload(
    make: Callable[[Ground], Json], *, kind: str = "Deployment", replicas: int = 1
) -> Callable[[Ground, str], AbstractContextManager[str]]:
    @contextmanager
    def inject(ground: Ground, seed: str) -> Generator[str]:
        _ = seed
        yield ground.deploy(make(ground), kind=kind, replicas=replicas)

    return inject


def _missing(ground: Ground) -> str:
    return f"{ground.registry}/faults/missing@{MISSING}"


def _beside(ground: Ground, *, sidecar: bool) -> Json:
    spec = ground.idle()
    init: Json = {"name": "first", "image": _missing(ground)}
    if sidecar:
        init["restartPolicy"] = "Always"
    return {**spec, "initContainers": [init]}


@contextmanager
def _bare_pod(ground: Ground, seed: str) -> Generator[str]:
    _ = seed
    ground.cluster.create("pods", ground.namespace, ground.pod("web", _missing(ground)))
    yield "pod/web"


@contextmanager
def _secret_elsewhere(ground: Ground, seed: str) -> Generator[str]:
    """The pull secret is there, in another namespace, which no kubelet looks into."""
    name = f"login-{seed}"
    secret: Json = ground.cluster.get("secrets", ground.namespace, "login")
    ground.cluster.create("secrets", "default", {**secret, "metadata": {"name": name}})
    try:
        spec = ground.spec(ground.app.good_image, imagePullPolicy="Always")
        yield ground.deploy({**spec, "imagePullSecrets": [{"name": name}]})
    finally:
        ground.cluster.delete("secrets", "default", name)


@contextmanager
def _admission_policy(ground: Ground, seed: str) -> Generator[str]:
    """Only images of another registry may run in the namespace."""
    name = f"allowed-registries-{seed}"
    api = "admissionregistration.k8s.io/v1"
    matched = {"namespaceSelector": {"matchLabels": {"faults": ground.namespace}}}
    rules = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]
    check = {
        "expression": "object.spec.containers.all(c, c.image.startsWith('allowed.example.com/'))",
        "message": "images must come from allowed.example.com",
    }
    policy: Json = {
        "apiVersion": api,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {"failurePolicy": "Fail", "matchConstraints": {"resourceRules": rules}, "validations": [check]},
    }
    binding: Json = {
        "apiVersion": api,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": name, "validationActions": ["Deny"], "matchResources": matched},
    }
    with _applied(ground, policy), _applied(ground, binding):
        _until_refused(ground)
        yield ground.deploy(ground.idle())


def _until_refused(ground: Ground) -> None:
    """A policy is enforced a moment after it was made."""
    deadline = time.monotonic() + _POLICY_SECONDS
    command = ["kubectl", "-n", ground.namespace, "run", "probe", "--image=example.com/x:1", "--dry-run=server"]
    while time.monotonic() < deadline:
        done = subprocess.run(command, env=ground.app.project.environment, capture_output=True, check=False)
        if done.returncode:
            return
    message = "the policy is not enforced"
    raise AssertionError(message)


@contextmanager
def _applied(ground: Ground, body: Json) -> Generator[None]:
    _kubectl(ground, "apply", "-f", "-", text=json.dumps(body))
    try:
        yield
    finally:
        _kubectl(ground, "delete", body["kind"], body["metadata"]["name"])


def _kubectl(ground: Ground, *words: str, text: str | None = None) -> None:
    command = ["kubectl", *words]
    environment = ground.app.project.environment
    done = subprocess.run(command, input=text, text=True, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


_SECRET_ENV = [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "not-made", "key": "key"}}}]
_TOO_MUCH = {"requests": {"memory": "900Gi"}}
_LITTLE = {"limits": {"memory": "32Mi"}}
_PROBE = {"httpGet": {"path": "/", "port": 1}, "periodSeconds": 1, "failureThreshold": 1}

CLUSTER_FAULTS: tuple[ClusterFault, ...] = (
    ClusterFault(
        "policy-never",
        Code.POLICY_NEVER,
        _workload(lambda g: g.spec(f"{g.registry}/faults/laptop:1", imagePullPolicy="Never")),
    ),
    ClusterFault("name-invalid", Code.NAME_INVALID, _workload(lambda g: g.spec("Team/Web:1"))),
    ClusterFault("none-as-digest", Code.NAME_INVALID, _workload(lambda g: g.spec("<none>@<none>"))),
    ClusterFault("missing-image", Code.NOT_FOUND, _workload(lambda g: g.spec(_missing(g)))),
    ClusterFault("of-a-bare-pod", Code.NOT_FOUND, _bare_pod),
    ClusterFault("of-a-job", Code.NOT_FOUND, _workload(lambda g: g.spec(_missing(g)), kind="Job")),
    ClusterFault("of-a-statefulset", Code.NOT_FOUND, _workload(lambda g: g.spec(_missing(g)), kind="StatefulSet")),
    ClusterFault(
        "of-an-init-container", Code.NOT_FOUND, _workload(lambda g: _beside(g, sidecar=False)), role="init"
    ),
    ClusterFault("of-a-sidecar", Code.NOT_FOUND, _workload(lambda g: _beside(g, sidecar=True)), role="sidecar"),
    ClusterFault("secret-in-another-namespace", Code.PULL_SECRET_MISSING, _secret_elsewhere),
    ClusterFault("no-route", Code.UNREACHABLE, node_faults.no_route),
    ClusterFault("node-qps", Code.NODE_QPS, node_faults.many_pulls),
    ClusterFault("disk-full", Code.DISK_FULL, node_faults.disk_full),
    ClusterFault("lost-content", Code.RUNTIME_BROKEN, node_faults.lost_content),
    ClusterFault("runtime-stopped", Code.RUNTIME_BROKEN, node_faults.runtime_stopped, role=None),
    ClusterFault("refusing-verifier", Code.SIGNATURE_REFUSED, node_faults.refusing_verifier),
    ClusterFault("admission-policy", Code.ADMISSION_DENIED, _admission_policy, role=None),
    ClusterFault("arm64-program", Code.WRONG_ARCHITECTURE, node_faults.arm_program),
    ClusterFault("crash-loop", SymptomKind.CRASH_LOOP, _workload(lambda g: g.python("raise SystemExit(7)"))),
    ClusterFault(
        "failing-probe",
        SymptomKind.FAILING_PROBE,
        _workload(lambda g: g.idle(readinessProbe=_PROBE)),
    ),
    ClusterFault(
        "missing-secret", SymptomKind.CONFIG_ERROR, _workload(lambda g: g.python("pass", env=_SECRET_ENV))
    ),
    ClusterFault(
        "unschedulable",
        SymptomKind.UNSCHEDULABLE,
        _workload(lambda g: g.python("pass", resources=_TOO_MUCH)),
        role=None,
    ),
    ClusterFault(
        "out-of-memory",
        SymptomKind.OUT_OF_MEMORY,
        _workload(lambda g: g.python("x = bytearray(1 << 28)", resources=_LITTLE)),
    ),
)  # fmt: skip
