"""Where a fault of a cluster happens: a namespace, and what deploys into it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pulls.cluster import ApiCluster
from tests.faults.guarded import App
from tests.faults.place import Place

Json = dict[str, Any]
MISSING = f"sha256:{'0' * 64}"
"""A digest of nothing."""


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
        login = json.dumps({"auths": self.app.project.own_logins()})
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

    def python(self, program: str, **container: Any) -> Json:
        """A pod's spec that runs this, in the image of the app."""
        return self.spec(self.app.good_image, ["/usr/bin/python3", "-c", program], **container)

    def idle(self, **container: Any) -> Json:
        """A pod's spec that is well and does nothing."""
        return self.python("import time; time.sleep(600)", **container)

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
