"""A running app whose next version is faulty: one `pulumi up`, with what it said and when."""

import itertools
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import yaml

from pulls.cluster import ApiCluster, ClusterError, connect_text
from pulls.diagnosis import Facts
from pulls.evidence import Grant
from pulls.fixes import Target
from pulls.rehearsal.pod import LABEL, Rehearsal
from sandbox import registry
from tests.e2e.project import ROOT, Project
from tests.faults.derived import Base, read_base
from tests.faults.faults import Fault
from tests.faults.first_word import has_first_word
from tests.faults.guarded_program import PROGRAM
from tests.faults.place import Injected
from tests.faults.update import NextVersion, Update, of_registry

_LOOK_SECONDS = 0.03
_LOOKS_AN_EVENT = 10
"""Events are read more seldom: whoever measures must not slow down what is measured."""
GRANT = Grant("pull-secret", "node", "login", "the registry of the image")
"""The right to pull that the program of the app gives, through the namespace's pull secret."""
_GRANTED = {
    "grantKind": GRANT.kind,
    "grantIdentity": GRANT.identity,
    "grantRole": GRANT.role,
    "grantResource": GRANT.resource,
}


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
            **_GRANTED,
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
        """Run it; the pods of the namespace are watched meanwhile."""
        stop, seen = threading.Event(), list[float]()
        cluster = self._cluster()
        old = {each["metadata"]["name"] for each in cluster.list("pods", self.project.namespace)}
        watcher = threading.Thread(target=self._watch, args=(cluster, old, seen, stop))
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
        """A whole update that meets a fault of a registry."""
        return self.update(of_registry(fault, injected))

    def update(self, version: NextVersion) -> Update:
        """A whole update."""
        self.configure(version.image, version.login, **version.more)
        return self.up()

    def restore(self) -> None:
        """Deploy the good version again."""
        self.configure(self.good_image)
        self.project.must_up()

    def facts(self, fresh_seconds: float = 0.0) -> Facts:
        """Of the place, as its program knows them."""
        return Facts(Target.LOCAL, replace(GRANT, fresh_seconds=fresh_seconds))

    def rehearsal(self, image: str, login: str, pull_secrets: Sequence[str]) -> Rehearsal:
        """What an update of the running app to another image would rehearse.

        Args:
            image: its reference.
            login: a dockerconfigjson; becomes a pull secret.
            pull_secrets: names, in place of that.
        """
        cluster = self._cluster()
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

    def _cluster(self) -> ApiCluster:
        return connect_text(self.project.state.kubeconfig.read_text(), "sandbox")

    def _watch(self, cluster: ApiCluster, old: set[str], errors: list[float], stop: threading.Event) -> None:
        """Note the moment of the first error."""
        events: list[dict[str, Any]] = []
        for look in itertools.count():
            if errors or stop.wait(_LOOK_SECONDS):
                return
            try:
                pods = cluster.list("pods", self.project.namespace)
                if look % _LOOKS_AN_EVENT == 0:
                    events = cluster.list("events", self.project.namespace, fields="type=Warning")
            except ClusterError:
                continue
            if has_first_word(pods, events, old):
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
