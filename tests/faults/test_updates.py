"""Each fault of a registry, on a real kubelet: the pull is refused with the right cause, or waited for.

All of them go through the check that an update makes before it changes anything; some through a whole `pulumi up`
under load, as `python -m bench --faults` does with all.
"""

import pytest

from pulls.diagnosis import Facts
from pulls.fixes import Target
from pulls.rehearsal.check import ClusterLogin, PullRefusedError, check_pull
from pulls.rehearsal.outcome import Budget
from tests.e2e.load import steady_load
from tests.faults.faults import BY_NAME, HANGING, PASSING, REFUSED, Fault
from tests.faults.guarded import App
from tests.faults.place import Injected, Place

pytestmark = pytest.mark.e2e

WHOLE = ("manifest-unknown", "wrong-password", "503", "arm64-only-index", "pull-secret-missing")
"""Faults that go through a whole update in every run of the tests."""


def check(app: App, fault: Fault, injected: Injected) -> tuple[list[str], list[str]]:
    """Codes that are found, and what is said meanwhile."""
    said: list[str] = []
    login = ClusterLogin(app.project.state.kubeconfig.read_text(), "sandbox")
    rehearsal = app.rehearsal(injected.reference, injected.pull_secret, fault.pull_secrets)
    budget = Budget(fault.seconds, fault.fresh_seconds)
    try:
        check_pull(login, rehearsal, budget, Facts(Target.LOCAL), say=said.append)
    except PullRefusedError as refused:
        return [each.code for each in refused.diagnoses], said
    return [], said


@pytest.mark.parametrize("fault", [*REFUSED, HANGING], ids=lambda fault: fault.name)
def test_a_pull_that_cannot_work_is_refused_by_its_cause(app: App, place: Place, seed: str, fault: Fault) -> None:
    with place.inject(fault, seed) as injected:
        codes, _ = check(app, fault, injected)
    assert codes == [fault.code]
    assert app.rehearsal_pods() == []


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.name)
def test_a_fault_that_passes_is_waited_for(app: App, place: Place, seed: str, fault: Fault) -> None:
    with place.inject(fault, seed, image=app.base.version(seed)) as injected:
        codes, said = check(app, fault, injected)
    assert codes == []
    assert "trying again" in said[0]


@pytest.mark.parametrize("name", WHOLE)
def test_an_update_that_cannot_be_pulled_changes_nothing(app: App, place: Place, seed: str, name: str) -> None:
    fault, before = BY_NAME[name], app.generation()
    with (
        place.inject(fault, seed) as injected,
        app.client() as client,
        steady_load(client, "/version", per_second=50) as load,
    ):
        update = app.meet(fault, injected)
    assert update.code != 0, update.output
    assert f"{fault.code} (" in update.output, update.output
    assert "the Deployment was not touched" in update.output
    assert "Traceback" not in update.output
    assert app.generation() == before
    assert app.rehearsal_pods() == []
    assert load.failures == []


def test_an_update_that_meets_a_busy_registry_succeeds_later(app: App, place: Place, seed: str) -> None:
    fault = BY_NAME["503-twice"]
    with (
        place.inject(fault, seed, image=app.base.version(seed)) as injected,
        app.client() as client,
        steady_load(client, "/version", per_second=50) as load,
    ):
        update = app.meet(fault, injected)
    assert update.code == 0, update.output
    assert "trying again" in update.output
    assert load.failures == []
