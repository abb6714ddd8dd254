"""An update that is ended while it rehearses a pull: nothing has changed, no pod stays, and the next one works."""

import os
import signal
import time

import psutil
import pytest

from sandbox import processes
from tests.e2e.load import steady_load
from tests.faults.faults import BY_NAME
from tests.faults.guarded import App
from tests.faults.place import Place

pytestmark = pytest.mark.e2e

_PATIENCE = 30.0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_an_update_that_is_ended_while_it_rehearses_leaves_nothing(
    app: App, place: Place, seed: str, how: signal.Signals
) -> None:
    before = app.generation()
    with place.inject(BY_NAME["503"], seed) as injected, app.client() as client:
        app.configure(injected.reference, seconds="90")
        with steady_load(client, "/version", per_second=50) as load:
            code, output = _ended(app, how)
            _until_no_pod_is_left(app)
    assert code != 0
    assert "Traceback" not in output
    assert app.generation() == before
    assert load.failures == []
    app.project.pulumi("cancel", "--yes")
    app.configure(app.good_image)
    app.project.must_up()


def _ended(app: App, how: signal.Signals) -> tuple[int, str]:
    """Start an update and end it, as a terminal does, once a pod of its rehearsal is there."""
    with app.project.start_up(own_session=True) as process:
        deadline = time.monotonic() + _PATIENCE
        while not app.rehearsal_pods():
            assert time.monotonic() < deadline
        started = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, how)
        assert process.stdout is not None
        output = process.stdout.read()
    # Providers outlive an engine that was killed, the official ones too.
    processes.kill([each for each in started if each.is_running() and "pulumi-resource" in each.name()])
    return process.returncode, output


def _until_no_pod_is_left(app: App) -> None:
    deadline = time.monotonic() + _PATIENCE
    while left := app.rehearsal_pods():
        assert time.monotonic() < deadline, left
