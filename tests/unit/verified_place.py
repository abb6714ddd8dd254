"""A registry, a cluster and an app that `ops verify` proves, all as plain as possible."""

import base64
import io
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ops.stack import Stack
from ops.stack_show import show
from ops.state import read_state
from ops.verify import Verification
from ops.verify_health import findings
from ops.verify_look import verify
from ops.verify_show import rows
from tests.unit import stack_exports as export
from tests.unit.plain_api import Asked, PlainApi, Reply, plain_api
from tests.unit.registry_server import PASSWORD, USER, Registry, registry
from tests.unit.stack_cluster import AppCluster, rolled_out, serving
from tests.unit.stack_exports import exported


@dataclass
class Place:
    """A registry with an image in it, a cluster that runs it, and an app that names its pod."""

    registry: Registry
    cluster: AppCluster
    app: PlainApi
    api: PlainApi
    image: str
    versions: list[object] = field(default_factory=list[object])
    """What `/version` answers, the last one for ever."""

    def exported(self, image: str = "") -> str:
        return exported(
            export.root(url=self.app.url, target="local"),
            export.provider(self.api.kubeconfig),
            export.deployment(image or self.image),
            export.service(),
            export.ingress(),
            export.resource("docker:index/image:Image", "image", "id"),
        )

    def verified(self, image: str = "") -> Verification:
        return verify(stack_of(self.exported(image)))


def stack_of(text: str) -> Stack:
    state = read_state(text)
    return Stack(name="local", reference="local", project="monadic-pipeline", state=state, locks=())


def login(host: str) -> export.Json:
    config = json.dumps({"auths": {host: {"username": USER, "password": PASSWORD}}})
    data = {".dockerconfigjson": base64.b64encode(config.encode()).decode()}
    return {"metadata": {"name": "registry-pull"}, "data": data}


def running(image: str, name: str = "web-1", **how: Any) -> export.Json:
    return serving(name, image, spec={"imagePullSecrets": [{"name": "registry-pull"}]}, **how)


@contextmanager
def place() -> Generator[Place]:
    made: list[Place] = []

    def served(asked: Asked) -> Reply | None:
        if asked.path != "/version":
            return Reply(200, b"ready")
        versions = made[0].versions
        return Reply(200, versions.pop(0) if len(versions) > 1 else versions[0]) if versions else None

    with registry() as here:
        here.auth = "basic"
        image = f"{here.host}/team/web@{here.push_image('team/web', '1')}"
        cluster = AppCluster(running(image), deployments=[rolled_out(image)])
        cluster.objects["registry-pull"] = login(here.host)
        with plain_api(cluster.answer) as api, plain_api(served) as site:
            made.append(Place(here, cluster, site, api, image, [{"build": "x", "pod": "web-1"}]))
            yield made[0]


def texts(found: Verification) -> list[str]:
    return [each.text for each in findings(found)]


def shown(found: Verification) -> str:
    out = io.StringIO()
    show(rows(found, findings(found)), out)
    return out.getvalue()
