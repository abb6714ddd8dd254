"""Faults of manifests, policies, nodes and programs, as anybody may have them in a cluster."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from pulls.causes import Code
from pulls.kubelet.symptom import SymptomKind
from tests.faults import node_faults
from tests.faults.ground import MISSING, Ground, Json
from tests.faults.policy import allowed_registries
from tests.faults.pull_secret import secret_elsewhere


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
    with secret_elsewhere(ground.app, seed) as name:
        spec = ground.spec(ground.app.good_image, imagePullPolicy="Always")
        yield ground.deploy({**spec, "imagePullSecrets": [{"name": name}]})


@contextmanager
def _admission_policy(ground: Ground, seed: str) -> Generator[str]:
    """Only images of another registry may run in the namespace."""
    with allowed_registries(ground.app, ground.namespace, seed):
        yield ground.deploy(ground.idle())


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
    ClusterFault("not-loaded", Code.NOT_LOADED, _workload(lambda g: g.spec("loaded.invalid/faults/laptop:1"))),
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
    # The last one: what is started again after it needs a moment.
    ClusterFault("runtime-stopped", Code.RUNTIME_BROKEN, node_faults.runtime_stopped, role=None),
)  # fmt: skip
