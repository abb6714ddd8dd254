"""Faults of manifests, policies, nodes and programs, as anybody may have them in a cluster."""

import json
import subprocess
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulls.causes import Code
from pulls.cluster import ApiCluster
from pulls.kubelet.symptom import SymptomKind
from tests.faults import images
from tests.faults.faults import BY_NAME, Fault
from tests.faults.guarded import App
from tests.faults.place import Place
from tests.faults.registry_behaviour import Behaviour

Json = dict[str, Any]
_MISSING = f"sha256:{'0' * 64}"
_PODS, _CONTAINERS = 4, 15
_POLICY_SECONDS = 30
_SMALL, _PAGE, _ROOM = 16_384, 4_096, 65_536


@dataclass(frozen=True)
class Ground:
    """A namespace, and all that a fault may need."""

    cluster: ApiCluster
    namespace: str
    app: App
    place: Place

    @property
    def registry(self) -> str:
        """The sandbox's, `host:port`."""
        return self.app.good_image.partition("/")[0]

    def create_namespace(self) -> None:
        """Make it, with the pull secret of the sandbox's registry as the default account's."""
        metadata = {"name": self.namespace, "labels": {"faults": self.namespace}}
        self.cluster.create("namespaces", "", {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        login = (self.app.project.state.docker_config / "config.json").read_text()
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "kubernetes.io/dockerconfigjson",
            "metadata": {"name": "login"},
            "stringData": {".dockerconfigjson": login},
        }
        self.cluster.create("secrets", self.namespace, secret)

    def pod(self, name: str, image: str, *, command: Sequence[str] = (), **container: Any) -> Json:
        """A pod of one container."""
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name},
            "spec": self.spec(image, command, **container),
        }

    def spec(self, image: str, command: Sequence[str] = (), **container: Any) -> Json:
        """A pod's spec with one container."""
        main = {"name": "main", "image": image, **({"command": list(command)} if command else {}), **container}
        return {
            "containers": [main],
            "imagePullSecrets": [{"name": "login"}],
            "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": False,
        }

    def deploy(self, spec: Json, *, kind: str = "Deployment", replicas: int = 1) -> str:
        """Make a workload of this pod; what to ask for."""
        labels = {"app": "web"}
        template = {"metadata": {"labels": labels}, "spec": spec}
        version = "batch/v1" if kind == "Job" else "apps/v1"
        controller: Json = {"template": template}
        if kind == "Job":
            template["spec"] = {**spec, "restartPolicy": "Never"}
            controller["backoffLimit"] = 0
        else:
            controller |= {"selector": {"matchLabels": labels}, "replicas": replicas}
        body = {"apiVersion": version, "kind": kind, "metadata": {"name": "web"}, "spec": controller}
        self.cluster.create(f"{kind.lower()}s", self.namespace, body)
        return f"{kind.lower()}/web"


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
    return f"{ground.registry}/faults/missing@{_MISSING}"


def _python(ground: Ground, program: str, **container: Any) -> Json:
    return ground.spec(ground.app.good_image, ["/usr/bin/python3", "-c", program], **container)


def _idle(ground: Ground, **container: Any) -> Json:
    """A pod that is well and does nothing."""
    return _python(ground, "import time; time.sleep(600)", **container)


def _beside(ground: Ground, *, sidecar: bool) -> Json:
    spec = _idle(ground)
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
def _many_pulls(ground: Ground, seed: str) -> Generator[str]:
    """More pulls at once than a kubelet starts in a second (5, and 10 at first)."""
    _ = seed
    spec = ground.spec(ground.app.good_image, ["/not-there"], imagePullPolicy="Always")
    (one,) = spec["containers"]
    spec["containers"] = [{**one, "name": f"main-{number}"} for number in range(_CONTAINERS)]
    yield ground.deploy(spec, replicas=_PODS)


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
        yield ground.deploy(_idle(ground))


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


@contextmanager
def _small_disk(ground: Ground, *, without: str = "") -> Generator[None]:
    """Hardly any room where the first node's containerd keeps what it pulls; what is small stays there.

    Args:
        ground: where.
        without: `sha256:…` of content that is lost.
    """
    store = _content_store(ground)
    kept = {path.name: path.read_bytes() for path in (store / "blobs/sha256").iterdir() if path.stat().st_size < _SMALL}
    kept.pop(without.removeprefix("sha256:"), None)
    room = sum(-(-len(content) // _PAGE) * _PAGE for content in kept.values()) + _ROOM
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room},mode=700", "tmpfs", str(store)], check=True)
    try:
        for folder in ("ingest", "blobs/sha256"):
            (store / folder).mkdir(parents=True)
        for name, content in kept.items():
            (store / "blobs/sha256" / name).write_bytes(content)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(store)], check=True)


def _content_store(ground: Ground) -> Path:
    return ground.app.project.state.folder / "nodes/node-1/containerd/io.containerd.content.v1.content"


@contextmanager
def _disk_full(ground: Ground, seed: str) -> Generator[str]:
    fault = Fault("large", Code.DISK_FULL, Behaviour(image=images.single(padding=1 << 20, seed=f"large{seed}")))
    with ground.place.inject(fault, seed) as injected, _small_disk(ground):
        yield ground.deploy(ground.spec(injected.reference))


@contextmanager
def _lost_content(ground: Ground, seed: str) -> Generator[str]:
    """The node's containerd knows the image, and its content is gone from the disk."""
    _ = seed
    with _small_disk(ground, without=ground.app.good_image.rpartition("@")[2]):
        yield ground.deploy(_idle(ground, imagePullPolicy="Always"))


@contextmanager
def _arm_program(ground: Ground, seed: str) -> Generator[str]:
    with ground.place.inject(BY_NAME["arm64-under-an-amd64-tag"], seed) as injected:
        yield ground.deploy(ground.spec(injected.reference))


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
    ClusterFault("node-qps", Code.NODE_QPS, _many_pulls),
    ClusterFault("disk-full", Code.DISK_FULL, _disk_full),
    ClusterFault("lost-content", Code.RUNTIME_BROKEN, _lost_content),
    ClusterFault("admission-policy", Code.ADMISSION_DENIED, _admission_policy, role=None),
    ClusterFault("arm64-program", Code.WRONG_ARCHITECTURE, _arm_program),
    ClusterFault("crash-loop", SymptomKind.CRASH_LOOP, _workload(lambda g: _python(g, "raise SystemExit(7)"))),
    ClusterFault(
        "failing-probe",
        SymptomKind.FAILING_PROBE,
        _workload(lambda g: _idle(g, readinessProbe=_PROBE)),
    ),
    ClusterFault(
        "missing-secret", SymptomKind.CONFIG_ERROR, _workload(lambda g: _python(g, "pass", env=_SECRET_ENV))
    ),
    ClusterFault(
        "unschedulable",
        SymptomKind.UNSCHEDULABLE,
        _workload(lambda g: _python(g, "pass", resources=_TOO_MUCH)),
        role=None,
    ),
    ClusterFault(
        "out-of-memory",
        SymptomKind.OUT_OF_MEMORY,
        _workload(lambda g: _python(g, "x = bytearray(1 << 28)", resources=_LITTLE)),
    ),
)  # fmt: skip
