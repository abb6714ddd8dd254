"""A stack in a cluster with its app, all as plain as possible, and how it looks."""

import io
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ops.stack import Stack
from ops.stack_lock import Lock
from ops.stack_show import show
from ops.state import read_state
from ops.status import Status
from ops.status_health import findings
from ops.status_look import look
from ops.status_show import rows
from tests.unit.plain_api import PlainApi, Reply, plain_api
from tests.unit.stack_cluster import AppCluster
from tests.unit.stack_exports import IMAGE, OTHER, REPOSITORY, whole

NOW = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
DRIFTED = f"{REPOSITORY}@{OTHER}"


def stack_of(exported_text: str, locks: tuple[Lock, ...] | None = ()) -> Stack:
    state = read_state(exported_text)
    project, name = state.stack
    return Stack(name=name, reference=name, project=project, state=state, locks=locks)


@dataclass
class Place:
    """A cluster, an app, and the stack that is in them."""

    cluster: AppCluster
    app: PlainApi
    api: PlainApi
    status: int = 200

    def exported(self, image: str = IMAGE) -> str:
        return whole(self.api.kubeconfig, self.app.url, image)

    def look(self, image: str = IMAGE) -> Status:
        return replace(look(stack_of(self.exported(image))), taken=NOW)


@contextmanager
def place(*pods: Any, **how: Any) -> Generator[Place]:
    cluster = AppCluster(*pods, **how)
    made: list[Place] = []
    with plain_api(cluster.answer) as api, plain_api(lambda _: Reply(made[0].status, b"ready")) as served:
        made.append(Place(cluster, served, api))
        yield made[0]


def texts(status: Status) -> list[str]:
    return [each.text for each in findings(status)]


def shown(status: Status) -> str:
    out = io.StringIO()
    show(rows(status, findings(status)), out)
    return out.getvalue()
