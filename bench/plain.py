"""The same faults met by plain Pulumi and by `kubectl rollout status`: one Deployment each, with everybody's defaults.

Each Deployment is waited for for ten minutes, so many are updated at the same time: a few in each of several stacks,
one stack after the other, as Pulumi takes a new version for a good one when the controllers are too busy to see it.
"""

import json
import re
import secrets
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from bench.ground import fault_grounds
from pulls.classify import classify
from pulls.cluster import connect_text
from tests.e2e.project import ROOT, Project, Spoken
from tests.faults.cluster_faults import ClusterFault
from tests.faults.faults import Fault
from tests.faults.ground import Ground
from tests.faults.guarded import App
from tests.faults.place import Place

_PROGRAM = """
import json
import pulumi
import pulumi_kubernetes as k8s

config = pulumi.Config()
kubeconfig = open(config.require("kubeconfig")).read()
here = pulumi.ResourceOptions(provider=k8s.Provider("cluster", kubeconfig=kubeconfig, context="sandbox"))
for name, each in json.loads(config.require("apps")).items():
    space = each["namespace"]
    made = k8s.core.v1.Namespace(name, metadata={"name": space, "labels": {"faults": space}}, opts=here)
    inside = pulumi.ResourceOptions(provider=here.provider, depends_on=[made])
    login = k8s.core.v1.Secret(
        name,
        metadata={"name": "login", "namespace": space},
        type="kubernetes.io/dockerconfigjson",
        string_data={".dockerconfigjson": each["login"]},
        opts=inside,
    )
    labels = {"app": name}
    k8s.apps.v1.Deployment(
        name,
        metadata={"name": "web", "namespace": space},
        spec={
            "selector": {"matchLabels": labels},
            "replicas": each["replicas"],
            "template": {"metadata": {"labels": labels}, "spec": each["pod"]},
        },
        opts=pulumi.ResourceOptions(provider=here.provider, depends_on=[made, login]),
    )
"""
_AT_ONCE = "100"
_GROUP, _APART_SECONDS, _SETTLED_SECONDS = 6, 15.0, 60.0
AnyFault = Fault | ClusterFault
_GENERATION_SECONDS = 120.0
_DEPLOYMENT = re.compile(r"kubernetes:apps/v1:Deployment \(?(?P<name>[a-z0-9-]+)\)?")


@dataclass(frozen=True)
class Told:
    """What one tool said of one fault; seconds are from the start of the update."""

    seconds: float
    """When it ended."""
    succeeded: bool
    """Whether it took the new version for a good one."""
    shown: float | None
    """When the kubelet's words were there from which our classifier reads the right cause; None for never."""


@dataclass(frozen=True)
class Plain:
    """One fault, met without anything of ours."""

    pulumi: Told
    kubectl: Told
    changed: bool
    """Whether the Deployment was changed, which is what an update without a rehearsal does first."""
    pods_left: int
    """Pods of the new version that cannot run and stay."""


@dataclass(frozen=True)
class _Capturing(Ground):
    """A place where a fault's pod is only written down, for plain Pulumi to deploy."""

    specs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def deploy(self, spec: dict[str, Any], *, kind: str = "Deployment", replicas: int = 1) -> str:
        """Write it down."""
        self.specs.append({"pod": spec, "replicas": replicas})
        return f"{kind.lower()}/web"


def measure_plain(faults: Sequence[AnyFault], last: Sequence[AnyFault] = ()) -> dict[str, Plain]:
    """All of them, by name.

    Args:
        faults: of registries and of Deployments.
        last: those that would change what the others meet, such as a full disk; they come when the others have met
            theirs.
    """
    with fault_grounds(1) as ((app,), place), ExitStack() as stack:
        chunks = [*_chunks(faults), last] if last else _chunks(faults)
        groups = [_Group(app, place, chunk, stack, number) for number, chunk in enumerate(chunks)]
        for each in groups:
            each.deploy_good()
        with ThreadPoolExecutor(len(groups)) as pool:
            running: list[Future[dict[str, Plain]]] = []
            for each in groups:
                if each.faults is last:
                    time.sleep(_SETTLED_SECONDS)
                each.prepare_bad()
                running.append(pool.submit(each.update))
                time.sleep(_APART_SECONDS)
            return {name: plain for each in running for name, plain in each.result().items()}


def _chunks(faults: Sequence[AnyFault]) -> list[Sequence[AnyFault]]:
    return [faults[start : start + _GROUP] for start in range(0, len(faults), _GROUP)]


class _Group:
    """A stack of a few Deployments."""

    def __init__(self, app: App, place: Place, faults: Sequence[AnyFault], stack: ExitStack, number: int) -> None:
        self.faults = faults
        self._app, self._place, self._stack = app, place, stack
        self._project = _project(app.project.folder.parent / f"plain-{number}", app.project)
        stack.callback(self._destroy)
        self._bad = {
            each.name: _registry_fault(app, place, self._project, each, stack)
            for each in faults
            if isinstance(each, Fault)
        }
        self._good: dict[str, Any] = {}

    def deploy_good(self) -> None:
        """The versions that run."""
        own = self._app.logins()
        for each in self.faults:
            login = self._bad[each.name]["login"] if each.name in self._bad else own
            self._good[each.name] = _good(self._app, self._project, each.name, login)
        _configure(self._project, self._good)
        done = self._project.up("--parallel", _AT_ONCE)
        if done.code:
            raise RuntimeError(done.output)

    def prepare_bad(self) -> None:
        """The versions that meet their fault."""
        for each in self.faults:
            if isinstance(each, ClusterFault):
                fault = _cluster_fault(self._app, self._place, self._project, each, self._stack)
                self._bad[each.name] = {**self._good[each.name], **fault}
        _configure(self._project, self._bad)

    def update(self) -> dict[str, Plain]:
        """Deploy them, and watch."""
        return _update(self._project, {each.name: str(each.code) for each in self.faults})

    def _destroy(self) -> None:
        self._project.pulumi("destroy", "--yes", "--skip-preview", "--remove", "--parallel", _AT_ONCE)


def _update(project: Project, codes: Mapping[str, str]) -> dict[str, Plain]:
    before = _generations(project)
    started = time.monotonic()
    with ThreadPoolExecutor(len(codes) + 1) as pool:
        updating = pool.submit(project.up_spoken, "--parallel", _AT_ONCE)
        watched = list(pool.map(partial(_rollout_status, project, before, started), codes, codes.values()))
        update = updating.result()
    after = _generations(project)
    return {
        name: Plain(
            pulumi=_of_pulumi(name, codes[name], update),
            kubectl=status,
            changed=after[name] != before[name],
            pods_left=_not_ready(project, name),
        )
        for name, status in zip(codes, watched, strict=True)
    }


def _of_pulumi(name: str, code: str, update: Spoken) -> Told:
    """The lines that are about one Deployment: those that name it, and what is below them."""
    said: list[tuple[float, str]] = []
    mine = False
    for moment, line in update.lines:
        named = _DEPLOYMENT.search(line)
        if named:
            mine = named["name"] == name
        if mine:
            said.append((moment, line))
    good = next((moment for moment, line in said if f"{name} updated (" in line), None)
    bad = next((moment for moment, line in said if "**updating failed**" in line), update.ended)
    shown = next((moment for moment, line in said if classify("", line).code == code), None)
    return Told((good or bad) - update.started, good is not None, None if shown is None else shown - update.started)


def _rollout_status(project: Project, before: Mapping[str, int], started: float, name: str, code: str) -> Told:
    """As somebody types it beside the update."""
    deadline = time.monotonic() + _GENERATION_SECONDS
    while _generations(project)[name] == before[name] and time.monotonic() < deadline:
        time.sleep(2)
    command = ["kubectl", "--namespace", _space(project, name), "rollout", "status", "deployment/web"]
    done = subprocess.run(command, env=project.environment, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    names_it = classify("", done.stdout + done.stderr).code == code
    return Told(seconds, done.returncode == 0, seconds if names_it else None)


def _space(project: Project, name: str) -> str:
    return f"{project.stack}-{name}"


def _generations(project: Project) -> dict[str, int]:
    cluster = connect_text(project.state.kubeconfig.read_text(), "sandbox")
    start = f"{project.stack}-"
    found = [
        each["metadata"] for each in cluster.list("deployments") if each["metadata"]["namespace"].startswith(start)
    ]
    return {each["namespace"].removeprefix(start): each["generation"] for each in found}


def _not_ready(project: Project, name: str) -> int:
    cluster = connect_text(project.state.kubeconfig.read_text(), "sandbox")
    pods = cluster.list("pods", _space(project, name))
    ready = [c for pod in pods for c in pod["status"]["conditions"] if c["type"] == "Ready" and c["status"] == "True"]
    return len(pods) - len(ready)


def _good(app: App, project: Project, name: str, login: str) -> dict[str, Any]:
    return {
        "namespace": _space(project, name),
        "login": login,
        "replicas": 1,
        "pod": _pod(app.good_image, ("login",)),
    }


def _registry_fault(app: App, place: Place, project: Project, fault: Fault, stack: ExitStack) -> dict[str, Any]:
    injected = stack.enter_context(place.inject(fault, secrets.token_hex(4)))
    return {
        "namespace": _space(project, fault.name),
        "login": app.logins(injected.pull_secret),
        "replicas": 1,
        "pod": _pod(injected.reference, fault.pull_secrets or ("login",)),
    }


def _cluster_fault(app: App, place: Place, project: Project, fault: ClusterFault, stack: ExitStack) -> dict[str, Any]:
    cluster = connect_text(project.state.kubeconfig.read_text(), "sandbox")
    ground = _Capturing(cluster, _space(project, fault.name), app, place)
    stack.enter_context(fault.inject(ground, secrets.token_hex(4)))
    return ground.specs[0]


def _pod(image: str, pull_secrets: Sequence[str]) -> dict[str, Any]:
    idle = ["/usr/bin/python3", "-c", "import time; time.sleep(100000)"]
    return {
        "containers": [{"name": "main", "image": image, "command": idle}],
        "imagePullSecrets": [{"name": each} for each in pull_secrets],
        "terminationGracePeriodSeconds": 0,
    }


def _project(folder: Path, other: Project) -> Project:
    folder.mkdir()
    (folder / "__main__.py").write_text(_PROGRAM)
    runtime = f"runtime: {{name: python, options: {{virtualenv: {ROOT / '.venv'}}}}}"
    (folder / "Pulumi.yaml").write_text(f"name: plain\n{runtime}\n")
    project = Project(folder, other.state, f"plain-{secrets.token_hex(3)}", other.environment)
    done = project.pulumi("stack", "init", "--no-select")
    if done.code:
        raise RuntimeError(done.output)
    return project


def _configure(project: Project, apps: Mapping[str, Any]) -> None:
    document: dict[str, Any] = yaml.safe_load(project.stack_file.read_text()) if project.stack_file.exists() else {}
    values = {"kubeconfig": str(project.state.kubeconfig), "apps": json.dumps(dict(apps))}
    document["config"] = {f"plain:{key}": value for key, value in values.items()}
    project.stack_file.write_text(yaml.safe_dump(document))
