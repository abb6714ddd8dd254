"""Each fault of a registry, on a real kubelet: the update is refused with the right cause, and nothing has changed."""

import json

import pytest

from pulls.causes import CATALOGUE, Class
from tests.e2e.load import steady_load
from tests.faults.faults import PASSING, REFUSED, Fault
from tests.faults.guarded import App
from tests.faults.place import Place

pytestmark = pytest.mark.e2e


def _configure(app: App, fault: Fault, reference: str, login: str) -> None:
    more = {"pullSecrets": json.dumps(list(fault.pull_secrets))} if fault.pull_secrets else {}
    app.configure(reference, login, seconds=str(fault.seconds), freshSeconds=str(fault.fresh_seconds), **more)


@pytest.mark.parametrize("fault", REFUSED, ids=lambda fault: fault.name)
def test_an_update_that_cannot_be_pulled_is_refused_by_its_cause(
    app: App, place: Place, seed: str, fault: Fault
) -> None:
    assert fault.code is not None
    before = app.generation()
    with place.inject(fault, seed) as injected, app.client() as client:
        _configure(app, fault, injected.reference, injected.pull_secret)
        with steady_load(client, "/version", per_second=50) as load:
            update = app.up()
    kind = CATALOGUE[fault.code].kind
    assert update.code != 0, update.output
    assert f"{fault.code} (" in update.output, update.output
    assert "the Deployment was not touched" in update.output
    assert "Traceback" not in update.output
    assert app.generation() == before
    assert app.rehearsal_pods() == []
    assert load.failures == []
    assert kind is not None
    assert kind is Class.PERMANENT or fault.seconds > 0


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.name)
def test_a_fault_that_passes_fails_no_update(app: App, place: Place, seed: str, fault: Fault) -> None:
    version = app.base.version(seed)
    with place.inject(fault, seed, image=version) as injected, app.client() as client:
        _configure(app, fault, injected.reference, injected.pull_secret)
        with steady_load(client, "/version", per_second=50) as load:
            update = app.up()
    assert update.code == 0, update.output
    assert "trying again" in update.output
    assert load.failures == []
