"""Each fault that an update can meet, on a real kubelet: it is refused with the right cause, or waited for.

Faults of registries all go through the check that an update makes before it changes anything; some of them, and all
faults of nodes and manifests, through a whole `pulumi up` under load, as `python -m bench --faults` does with all.
"""

from dataclasses import dataclass, field, replace

import pytest

from pulls.causes import Class
from pulls.diagnosis import Diagnosis, as_text
from pulls.evidence import Witness
from pulls.rehearsal.check import ClusterLogin, PullRefusedError, check_pull
from pulls.rehearsal.outcome import Budget
from tests.e2e.load import steady_load
from tests.faults.faults import BY_NAME, HANGING, PASSING, REFUSED, Fault
from tests.faults.guarded import App
from tests.faults.place import Injected, Place
from tests.faults.right import is_right
from tests.faults.update_faults import UPDATE_FAULTS, UpdateFault

pytestmark = pytest.mark.e2e

WHOLE = (
    "manifest-unknown",
    "wrong-password",
    "503",
    "arm64-only-index",
    "pull-secret-missing",
    "login-refused-although-just-given",
)
"""Faults of registries that go through a whole update in every run of the tests."""
JUST_GIVEN = BY_NAME["login-refused-although-just-given"]


@dataclass
class Checked:
    """What came of a check."""

    diagnoses: list[Diagnosis] = field(default_factory=list[Diagnosis])
    said: list[str] = field(default_factory=list[str])
    """Meanwhile."""

    @property
    def codes(self) -> list[str]:
        return [each.code for each in self.diagnoses]


def check(app: App, fault: Fault, injected: Injected) -> Checked:
    checked = Checked()
    login = ClusterLogin(app.project.state.kubeconfig.read_text(), "sandbox")
    rehearsal = app.rehearsal(injected.reference, injected.pull_secret, fault.pull_secrets)
    budget = Budget(fault.seconds, fault.fresh_seconds)
    try:
        check_pull(login, rehearsal, budget, app.facts(fault.fresh_seconds), say=checked.said.append)
    except PullRefusedError as refused:
        checked.diagnoses = refused.diagnoses
    return checked


@pytest.mark.parametrize("fault", [*REFUSED, HANGING], ids=lambda fault: fault.name)
def test_a_pull_that_cannot_work_is_refused_by_its_cause(app: App, place: Place, seed: str, fault: Fault) -> None:
    with place.inject(fault, seed) as injected:
        checked = check(app, fault, injected)
    assert checked.codes == [fault.code]
    assert app.rehearsal_pods() == []


def test_a_right_that_was_just_given_is_a_witness_and_gets_time_to_become_known(
    app: App, place: Place, seed: str
) -> None:
    with place.inject(JUST_GIVEN, seed) as injected:
        checked = check(app, JUST_GIVEN, injected)
    (found,) = checked.diagnoses
    assert found.kind is Class.PERMANENT  # its time to become known was over at the end
    assert (found.witnesses[0], found.witnesses[-1]) == (Witness.KUBELET, Witness.GRANT), as_text(found)
    assert "was given, and is refused to node for " in found.notes[0]
    assert "trying again" in checked.said[0]


def test_a_right_that_was_given_long_ago_gets_none(app: App, place: Place, seed: str) -> None:
    fault = replace(JUST_GIVEN, fresh_seconds=0)
    with place.inject(fault, seed) as injected:
        checked = check(app, fault, injected)
    (found,) = checked.diagnoses
    assert (found.code, found.kind) == (fault.code, Class.PERMANENT)
    assert Witness.GRANT not in found.witnesses
    assert checked.said == []


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.name)
def test_a_fault_that_passes_is_waited_for(app: App, place: Place, seed: str, fault: Fault) -> None:
    with place.inject(fault, seed, image=app.base.version(seed)) as injected:
        checked = check(app, fault, injected)
    assert checked.codes == []
    assert "trying again" in checked.said[0]


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
    assert is_right(str(fault.code), update.codes), update.output
    assert "the Deployment was not touched" in update.output
    assert "Traceback" not in update.output
    assert app.generation() == before
    assert app.rehearsal_pods() == []
    assert load.failures == []


@pytest.mark.sampled(4, False)
@pytest.mark.parametrize("fault", [each for each in UPDATE_FAULTS if each.refused], ids=lambda fault: fault.name)
def test_an_update_that_meets_a_broken_node_or_manifest_changes_nothing(
    app: App, place: Place, seed: str, fault: UpdateFault
) -> None:
    before = app.generation()
    with (
        fault.meet(app, place, seed) as version,
        app.client() as client,
        steady_load(client, "/version", per_second=50) as load,
    ):
        update = app.update(version)
    assert update.code != 0, update.output
    assert is_right(fault.code, update.codes), update.output
    assert "the Deployment was not touched" in update.output
    assert app.generation() == before
    assert app.rehearsal_pods() == []
    assert load.failures == []


@pytest.mark.sampled(2, False)
@pytest.mark.parametrize("fault", [each for each in UPDATE_FAULTS if not each.refused], ids=lambda fault: fault.name)
def test_what_only_shows_when_the_app_runs_is_named_while_pulumi_waits(
    app: App, place: Place, seed: str, fault: UpdateFault
) -> None:
    with (
        fault.meet(app, place, seed) as version,
        app.client() as client,
        steady_load(client, "/version", per_second=50) as load,
    ):
        update = app.update(version)
    app.restore()
    assert update.code != 0, update.output
    assert is_right(fault.code, update.codes), update.output
    named = update.named(fault.code)
    assert named is not None
    assert update.ended - named > 3, update.output
    assert load.failures == []  # the old version serves on


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
