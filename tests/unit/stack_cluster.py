"""A cluster with the app of stack_exports.py in it, as its API server shows it."""

from collections.abc import Sequence
from typing import Any

from tests.unit.plain_api import Asked, Reply, status
from tests.unit.pull_objects import NEW, Json, Made, condition, healthy, pod, replica_set
from tests.unit.stack_exports import IMAGE, labels

READY = [condition("Ready", "True", "")]


def rolled_out(image: str = IMAGE, replicas: int = 1, **change: Any) -> Json:
    """The Deployment; `change` is of its status."""
    numbers = {
        "observedGeneration": 3,
        "replicas": replicas,
        "updatedReplicas": replicas,
        "availableReplicas": replicas,
    }
    return {
        "metadata": {"name": "web", "namespace": "shop", "uid": "uid-web", "generation": 3},
        "spec": {"replicas": replicas, "template": {"spec": {"containers": [{"name": "web", "image": image}]}}},
        "status": {**numbers, **change},
    }


def serving(name: str = "web-1", image: str = IMAGE, made: Made | None = None, **how: Any) -> Json:
    """A pod of the newest version."""
    shown = made or healthy(image=image)
    found = pod(shown, name=name, conditions=how.pop("conditions", READY), phase="Running", **how)
    found["metadata"]["labels"] = labels()
    return found


def database(image: str = IMAGE, **change: Any) -> Json:
    """A StatefulSet whose newest version is complete; `change` is of its status."""
    made = rolled_out(image, updateRevision="db-2", currentRevision="db-2", readyReplicas=1, **change)
    template = {"spec": {"containers": [{"name": "db", "image": image}]}}
    metadata = {**made["metadata"], "name": "db", "uid": "uid-db"}
    return {**made, "metadata": metadata, "spec": {**made["spec"], "template": template}}


def of_database(image: str = IMAGE, revision: str = "db-2", made: Made | None = None, **how: Any) -> Json:
    """Its pod."""
    found = serving("db-0", image, made or healthy("db", image=image), owner=("StatefulSet", "db"), **how)
    found["metadata"]["labels"] = {**labels("db"), "controller-revision-hash": revision}
    return found


class AppCluster:
    """Answers as the API server: its lists may be changed, and refused by name."""

    def __init__(self, *pods: Json, deployments: Sequence[Json] | None = None) -> None:
        self.lists: dict[str, Sequence[Json]] = {
            "pods": pods,
            "deployments": [rolled_out()] if deployments is None else deployments,
            "replicasets": [replica_set(NEW, replicas=1, ready=1)],
            "statefulsets": [],
            "events": [],
            "nodes": [],
        }
        self.objects: dict[str, Json] = {}
        self.refused: dict[str, int] = {}

    def answer(self, asked: Asked) -> Reply | None:
        kind = asked.path.rpartition("/")[2]
        if kind in self.refused:
            code = self.refused[kind]
            return status(
                code, f'{kind} is forbidden: User "me" cannot list resource "{kind}"' if code == 403 else "no"
            )
        if kind in self.lists:
            return Reply(200, {"items": list(self.lists[kind])})
        found = self.objects.get(kind)
        return None if found is None else Reply(200, found)
