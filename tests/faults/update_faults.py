"""Faults that are no registry's, as an update of a running app meets them; and why no update meets the others."""

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from pulls.causes import Code
from pulls.kubelet.symptom import SymptomKind
from tests.faults import broken_node
from tests.faults.ground import MISSING
from tests.faults.guarded import App
from tests.faults.patched_pod import Patch
from tests.faults.place import Place
from tests.faults.policy import allowed_registries
from tests.faults.pull_secret import secret_elsewhere
from tests.faults.update import NextVersion

_SECONDS = 6
"""What may pass has so long to do so, as in `faults.py`."""
_ROLLOUT_SECONDS, _START_SECONDS = 25, 8
Meeting = Callable[[App, Place, str], AbstractContextManager[NextVersion]]


@dataclass(frozen=True)
class UpdateFault:
    """One fault.

    Attributes:
        name: as in `cluster_faults.py`.
        code: what must be named.
        meet: puts the fault in place, and gives the version that meets it.
        refused: whether the rehearsal finds it; one that only shows when the app runs is named while Pulumi waits.
    """

    name: str
    code: str
    meet: Meeting
    refused: bool = True


def _version(image: str, patch: Patch | None = None, **more: object) -> NextVersion:
    given = {"seconds": _SECONDS, **({"patch": json.dumps(patch)} if patch else {}), **more}
    return NextVersion(image, more={key: str(value) for key, value in given.items()})


def _missing(app: App) -> str:
    return f"{app.good_image.partition('/')[0]}/faults/missing@{MISSING}"


def _good_image_again(app: App) -> NextVersion:
    """The image that runs, in pods that may land on other nodes too, so that it is rehearsed."""
    return _version(app.good_image, {"pod": {"tolerations": [{"key": "spot", "operator": "Exists"}]}})


def _with(patch: Callable[[App], Patch], **more: object) -> Meeting:
    """The good image in a pod that has something else wrong."""

    @contextmanager
    def meet(app: App, place: Place, seed: str) -> Generator[NextVersion]:
        _ = place, seed
        yield _version(app.good_image, patch(app), **more)

    return meet


def _beside(**more: str) -> Meeting:
    return _with(lambda app: {"pod": {"init_containers": [{"name": "first", "image": _missing(app), **more}]}})


def _running(**container: Any) -> Meeting:
    """What a rehearsal cannot see, as it runs nothing of the app."""
    return _with(lambda _: {"container": container}, timeout=_ROLLOUT_SECONDS, start=_START_SECONDS)


@contextmanager
def _missing_image(app: App, place: Place, seed: str) -> Generator[NextVersion]:
    _ = place, seed
    yield _version(_missing(app))


@contextmanager
def _secret_elsewhere(app: App, place: Place, seed: str) -> Generator[NextVersion]:
    _ = place
    with secret_elsewhere(app, seed) as name:
        yield _version(app.good_image, pullSecrets=json.dumps([name]))


@contextmanager
def _no_route(app: App, place: Place, seed: str) -> Generator[NextVersion]:
    _ = app, place, seed
    with broken_node.without_route() as reference:
        yield _version(reference)


@contextmanager
def _disk_full(app: App, place: Place, seed: str) -> Generator[NextVersion]:
    with broken_node.full_disk(app, place, seed) as injected:
        yield _version(injected.reference)


@contextmanager
def _lost_content(app: App, place: Place, seed: str) -> Generator[NextVersion]:
    _ = place, seed
    with broken_node.lost_content(app):
        yield _good_image_again(app)


@contextmanager
def _refusing_verifier(app: App, place: Place, seed: str) -> Generator[NextVersion]:
    with broken_node.refusing_verifier(app, place, seed) as injected:
        yield _version(injected.reference)


@contextmanager
def _admission_policy(app: App, place: Place, seed: str) -> Generator[NextVersion]:
    _ = place
    with allowed_registries(app, app.project.namespace, seed):
        yield _good_image_again(app)


@contextmanager
def _runtime_stopped(app: App, place: Place, seed: str) -> Generator[NextVersion]:
    _ = place, seed
    with broken_node.stopped_runtime(app):
        yield _good_image_again(app)


def _python(program: str) -> list[str]:
    return ["/usr/bin/python3", "-c", program]


_NO_SECRET = [{"name": "KEY", "value_from": {"secret_key_ref": {"name": "not-made", "key": "key"}}}]
_NO_PORT = {"http_get": {"path": "/", "port": 1}, "period_seconds": 1, "failure_threshold": 1}
_TOO_MUCH, _LITTLE = {"requests": {"memory": "900Gi"}}, {"limits": {"memory": "32Mi"}}

UPDATE_FAULTS: tuple[UpdateFault, ...] = (
    UpdateFault("missing-image", Code.NOT_FOUND, _missing_image),
    UpdateFault("of-an-init-container", Code.NOT_FOUND, _beside()),
    UpdateFault("of-a-sidecar", Code.NOT_FOUND, _beside(restart_policy="Always")),
    UpdateFault("secret-in-another-namespace", Code.PULL_SECRET_MISSING, _secret_elsewhere),
    UpdateFault("no-route", Code.UNREACHABLE, _no_route),
    UpdateFault("disk-full", Code.DISK_FULL, _disk_full),
    UpdateFault("lost-content", Code.RUNTIME_BROKEN, _lost_content),
    UpdateFault("refusing-verifier", Code.SIGNATURE_REFUSED, _refusing_verifier),
    UpdateFault("admission-policy", Code.ADMISSION_DENIED, _admission_policy),
    UpdateFault("failing-probe", SymptomKind.FAILING_PROBE, _running(readiness_probe=_NO_PORT), refused=False),
    UpdateFault("missing-secret", SymptomKind.CONFIG_ERROR, _running(env=_NO_SECRET), refused=False),
    UpdateFault("unschedulable", SymptomKind.UNSCHEDULABLE, _running(resources=_TOO_MUCH), refused=False),
    UpdateFault(
        "out-of-memory",
        SymptomKind.OUT_OF_MEMORY,
        _running(command=_python("x = bytearray(1 << 28)"), resources=_LITTLE),
        refused=False,
    ),
    # The last one: what is started again after it needs a moment.
    UpdateFault("runtime-stopped", Code.RUNTIME_BROKEN, _runtime_stopped),
)

_AT_PREVIEW = "refused at preview, before any update begins"
_NO_DEPLOYMENT = "not a Deployment, so nothing that an update of the app would change"
NO_UPDATE: Mapping[str, str] = {
    "policy-never": _AT_PREVIEW,
    "not-loaded": "loaded by the update itself; what does not load it: tests/e2e/test_loaded.py",
    "name-invalid": _AT_PREVIEW,
    "none-as-digest": _AT_PREVIEW,
    "of-a-bare-pod": _NO_DEPLOYMENT,
    "of-a-job": _NO_DEPLOYMENT,
    "of-a-statefulset": _NO_DEPLOYMENT,
    "crash-loop": "a pod without probes counts as ready before it ends; with them: tests/e2e/test_rehearsal.py",
    "node-qps": "met by many pods at once, and an update starts one after the other",
    "arm64-program": "refused before such a program starts: arm64-under-an-amd64-tag",
}
"""The other faults of `cluster_faults.py`, and why no update meets them."""
