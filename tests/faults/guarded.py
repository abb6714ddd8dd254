"""A running app whose next version is faulty: one `pulumi up`, with what it said and when."""

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from pulls.cluster import ApiCluster, ClusterError, connect_text
from pulls.rehearsal.pod import LABEL, Rehearsal
from pulls.rehearsal.state import REFUSED_REASONS
from sandbox import registry
from tests.e2e.project import ROOT, Project, Spoken
from tests.faults.derived import Base, read_base
from tests.faults.faults import Fault
from tests.faults.place import Injected

_LOOK_SECONDS = 0.03
PROGRAM = """
import pulumi
import pulumi_kubernetes as k8s
from components.namespace import AppNamespace
from components.pipeline_app import PipelineApp

config = pulumi.Config()
kubeconfig = open(config.require("kubeconfig")).read()
cluster = k8s.Provider("cluster", kubeconfig=kubeconfig, context="sandbox", enable_secret_mutable=True)
here = pulumi.ResourceOptions(provider=cluster)
login = pulumi.Output.secret(config.require("login"))
space = AppNamespace("faults", {"name": config.require("space"), "pull_secret": login}, here)
given = config.get_object("pullSecrets") or space.pull_secrets
app = PipelineApp(
    "web",
    {
        "image": config.require("image"),
        "image_pull_secrets": given,
        "namespace": space.name,
        "port": 8080,
        "min_ready_seconds": 0,
        "drain_seconds": 1,
        "start_seconds": 20,
        "timeout_seconds": 90,
        "replicas": 1,
        "ingress": {
            "host": config.require("host"), "class_name": "traefik", "url_port": 8080, "await_address": False,
        },
        "guard": {
            "kubeconfig": kubeconfig,
            "context": "sandbox",
            "target": "local",
            "rehearsal": config.get("rehearsal") or "pull",
            "rehearsal_seconds": config.get_int("seconds") or 30,
            "fresh_seconds": config.get_int("freshSeconds") or 0,
        },
    },
    here,
)
pulumi.export("image", app.image)
"""


@dataclass
class Update(Spoken):
    """What one `pulumi up` did."""

    first_error: float | None = None
    """When a rehearsal pod first showed that an image could not be pulled."""


@dataclass(frozen=True)
class App:
    """The app under fault: a stack of its own in a folder of its own."""

    project: Project
    good_image: str
    base: Base
    """The good image, to make new versions of."""
    http_port: int

    def configure(self, image: str, login: str = "", **more: object) -> None:
        """What the next `up` deploys; keys that are not given go back to their defaults.

        Args:
            image: its reference.
            login: a dockerconfigjson beside the sandbox's own.
            more: further keys of the program's configuration.
        """
        config: dict[str, object] = {
            "kubeconfig": str(self.project.state.kubeconfig),
            "space": self.project.namespace,
            "host": f"{self.project.namespace}.localhost",
            "image": image,
            "login": self.logins(login),
            **more,
        }
        document: dict[str, object] = (
            yaml.safe_load(self.project.stack_file.read_text()) if self.project.stack_file.exists() else {}
        )
        document["config"] = {f"faults:{key}": value for key, value in config.items()}
        self.project.stack_file.write_text(yaml.safe_dump(document))

    def logins(self, more: str = "") -> str:
        """The sandbox's own dockerconfigjson, and another's beside it."""
        return json.dumps({"auths": {**self.project.own_logins(), **_auths(more or "{}")}})

    def up(self) -> Update:
        """Run it; the pods of the rehearsal are watched meanwhile."""
        stop, seen = threading.Event(), list[float]()
        watcher = threading.Thread(target=self._watch, args=(seen, stop))
        watcher.start()
        spoken = self.project.up_spoken()
        stop.set()
        watcher.join()
        return Update(**vars(spoken), first_error=seen[0] if seen else None)

    def client(self) -> httpx.Client:
        """A client of it through the ingress controller."""
        headers = {"Host": f"{self.project.namespace}.localhost:{self.http_port}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.http_port}", headers=headers, timeout=5, trust_env=False)

    def meet(self, fault: Fault, injected: Injected) -> Update:
        """A whole update that meets a fault."""
        more = {"pullSecrets": json.dumps(list(fault.pull_secrets))} if fault.pull_secrets else {}
        seconds = {"seconds": str(fault.seconds), "freshSeconds": str(fault.fresh_seconds)}
        self.configure(injected.reference, injected.pull_secret, **seconds, **more)
        return self.up()

    def rehearsal(self, image: str, login: str, pull_secrets: Sequence[str]) -> Rehearsal:
        """What an update of the running app to another image would rehearse.

        Args:
            image: its reference.
            login: a dockerconfigjson; becomes a pull secret.
            pull_secrets: names, in place of that.
        """
        cluster = connect_text(self.project.state.kubeconfig.read_text(), "sandbox")
        name = "fault-login"
        cluster.delete("secrets", self.project.namespace, name)
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "kubernetes.io/dockerconfigjson",
            "metadata": {"name": name},
            "stringData": {".dockerconfigjson": login},
        }
        cluster.create("secrets", self.project.namespace, secret)
        spec = cluster.get("deployments", self.project.namespace, "web")["spec"]["template"]["spec"]
        spec["containers"][0]["image"] = image
        spec["imagePullSecrets"] = [{"name": each} for each in pull_secrets or (name,)]
        return Rehearsal(self.project.namespace, "web", spec)

    def generation(self) -> int:
        """Of the Deployment: how often it was changed."""
        return self.project.kubectl("get", "deployment", "web")["metadata"]["generation"]

    def rehearsal_pods(self) -> list[str]:
        """Those that are left."""
        found = self.project.kubectl("get", "pods", "--selector", LABEL)["items"]
        return [pod["metadata"]["name"] for pod in found]

    def _watch(self, errors: list[float], stop: threading.Event) -> None:
        """Note the moment of the first error."""
        cluster: ApiCluster = connect_text(self.project.state.kubeconfig.read_text(), "sandbox")
        while not errors and not stop.wait(_LOOK_SECONDS):
            try:
                pods = cluster.list("pods", self.project.namespace, labels=LABEL)
            except ClusterError:
                continue
            statuses = [each for pod in pods for each in pod["status"].get("containerStatuses", ())]
            if any(each["state"].get("waiting", {}).get("reason") in REFUSED_REASONS for each in statuses):
                errors.append(time.monotonic())


def make_app(folder: Path, project: Project, good_image: str, http_port: int) -> App:
    """The good version, deployed."""
    folder.mkdir()
    (folder / "__main__.py").write_text(PROGRAM)
    runtime = f"runtime: {{name: python, options: {{virtualenv: {ROOT / '.venv'}}}}}"
    (folder / "Pulumi.yaml").write_text(f"name: faults\n{runtime}\n")
    own = Project(folder, project.state, f"{project.stack}-faults", {**project.environment, "PYTHONPATH": str(ROOT)})
    done = own.pulumi("stack", "init", "--no-select")
    assert done.code == 0, done.output
    login = (registry.USER, project.state.secret("registry-password"))
    app = App(own, good_image, read_base(good_image, login), http_port)
    app.configure(good_image)
    own.must_up()
    return app


def _auths(docker_config: str) -> dict[str, object]:
    document: dict[str, dict[str, object]] = json.loads(docker_config)
    return document.get("auths", {})
