"""Whether the images that a stack uses can still be pulled; the command `python -m ops verify`."""

import base64
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.__main__ import app
from ops.diagnose import Health
from ops.stack_finding import health_of
from ops.stack_workloads import workloads
from ops.state import read_state
from ops.verify import ImageProof, Use, Verdict, judged, uses
from ops.verify_health import findings
from ops.verify_look import verify
from pulls.registry.answer import Answer, Outcome
from tests.unit import stack_exports as export
from tests.unit.fake_pulumi import FakePulumi
from tests.unit.plain_api import kubeconfig
from tests.unit.pull_objects import condition, healthy
from tests.unit.registry_server import PASSWORD, USER
from tests.unit.stack_cluster import serving
from tests.unit.stack_exports import exported
from tests.unit.verified_place import login, place, running, shown, stack_of


def test_what_runs_is_proved_with_the_pods_own_login() -> None:
    with place() as here:
        found = here.verified()
        (proof,) = found.images
        asked = here.registry.asked
    assert findings(found) == []
    assert proof.use.by == ("state", "web-1")
    assert proof.verdict is Verdict.PULLABLE
    assert proof.answer is not None
    assert proof.answer.with_login
    assert any(each.authorization for each in asked)
    assert found.route.named == ("web-1",)
    assert [each.name for each in found.route.behind] == ["web-1"]
    assert "is in the registry, and can be pulled with the pods' own login" in shown(found)


def test_each_image_in_use_is_asked_for_also_one_that_only_a_pod_or_only_the_state_has() -> None:
    with place() as here:
        other = f"{here.registry.host}/team/web@{here.registry.push_image('team/web', '2', sizes=(7,))}"
        here.cluster.lists["pods"] = [running(here.image), running(other, "web-2")]
        found = here.verified(image=f"{here.registry.host}/team/none@{export.DIGEST}")
    assert {each.use.by: each.verdict.value for each in found.images} == {
        ("web-1",): "pullable",
        ("web-2",): "pullable",
        ("state",): "not-pullable",
    }


def test_an_image_that_is_gone_is_pushed_again_by_a_command() -> None:
    with place() as here:
        here.registry.content.clear()
        found = here.verified()
    first = findings(found)[0]
    assert first.text.startswith(f"{here.image} cannot be pulled (not-found (404): MANIFEST_UNKNOWN")
    assert first.text.endswith("used by web-1")
    image = export.urn("docker:index/image:Image", "image")
    assert first.command == f"pulumi up -s local --replace {image}   # pushes it again"
    assert health_of([first]) is Health.DIAGNOSED
    assert "the registry says not-found" in shown(found)


def test_of_several_images_of_a_stack_all_are_pushed_again() -> None:
    with place() as here:
        here.registry.content.clear()
        document = json.loads(here.exported())
        document["deployment"]["resources"].append(export.resource("docker:index/image:Image", "cli", "other"))
        first = findings(verify(stack_of(json.dumps(document))))[0]
    assert first.command == "pulumi up -s local --replace '**docker:index/image:Image::**'   # pushes it again"


def test_a_password_that_is_not_taken_any_more_is_told() -> None:
    with place() as here:
        wrong = login(here.registry.host)
        config = json.dumps({"auths": {here.registry.host: {"username": USER, "password": "other"}}})
        wrong["data"] = {".dockerconfigjson": base64.b64encode(config.encode()).decode()}
        here.cluster.objects["registry-pull"] = wrong
        (first,) = findings(here.verified())
    assert "cannot be pulled (refused-login (401)" in first.text
    assert first.command == f"docker buildx imagetools inspect {here.image}"


def test_nodes_that_pull_as_themselves_leave_it_unknown() -> None:
    with place() as here:
        del here.cluster.objects["registry-pull"]
        (first,) = findings(here.verified())
    assert not first.known
    assert "refused-without-login" in first.text
    assert first.text.endswith("it was asked without a login, as the pods have none of their own")


def test_a_secret_that_may_not_be_read_leaves_it_unknown() -> None:
    with place() as here:
        here.cluster.refused["registry-pull"] = 403
        found = here.verified()
    (first,) = findings(found)
    assert (first.known, found.images[0].answer) == (False, None)
    assert "could not be asked with the pods' login" in shown(found)


def test_an_image_for_other_nodes_is_not_pullable() -> None:
    with place() as here:
        labels = {"kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64"}
        ready = {"conditions": [condition("Ready", "True", "")]}
        here.cluster.lists["nodes"] = [{"metadata": {"name": "n", "labels": labels}, "spec": {}, "status": ready}]
        (first,) = findings(here.verified())
    assert "cannot be pulled (no image for linux/arm64)" in first.text


@pytest.mark.parametrize(
    ("outcome", "with_login", "verdict"),
    [
        (Outcome.PRESENT, False, Verdict.PULLABLE),
        (Outcome.NOT_FOUND, True, Verdict.NOT_PULLABLE),
        (Outcome.REPOSITORY_MISSING, False, Verdict.NOT_PULLABLE),
        (Outcome.REFUSED_LOGIN, True, Verdict.NOT_PULLABLE),
        (Outcome.WRONG_DIGEST, True, Verdict.NOT_PULLABLE),
        (Outcome.MANIFEST_UNSUPPORTED, True, Verdict.NOT_PULLABLE),
        (Outcome.FORBIDDEN, True, Verdict.NOT_PULLABLE),
        (Outcome.FORBIDDEN, False, Verdict.UNKNOWN),
        (Outcome.HIDDEN, True, Verdict.UNKNOWN),
        (Outcome.REFUSED_WITHOUT_LOGIN, False, Verdict.UNKNOWN),
        (Outcome.RATE_LIMITED, True, Verdict.UNKNOWN),
        (Outcome.SERVER_ERROR, True, Verdict.UNKNOWN),
        (Outcome.UNREACHABLE, True, Verdict.UNKNOWN),
        (Outcome.DNS, True, Verdict.UNKNOWN),
        (Outcome.TLS_UNTRUSTED, True, Verdict.UNKNOWN),
        (Outcome.TLS_OTHER, True, Verdict.UNKNOWN),
        (Outcome.PLAIN_HTTP, True, Verdict.UNKNOWN),
    ],
)
def test_what_a_registry_does_not_assert_stays_unknown(outcome: Outcome, with_login: bool, verdict: Verdict) -> None:
    assert judged(Answer(outcome, with_login=with_login)) is verdict


def test_an_image_is_named_once_with_all_that_use_it() -> None:
    (deployed,) = workloads(read_state(exported(export.deployment())))
    pods = [serving(f"web-{each}", made=healthy(image=export.IMAGE)) for each in (1, 2)]
    (one,) = uses(deployed, pods)
    assert (one.image, one.by) == (export.IMAGE, ("state", "web-1", "web-2"))


def test_a_cluster_that_does_not_answer_is_told_once_and_no_registry_is_asked() -> None:
    with place() as here:
        gone = here.exported().replace(here.api.url, "http://127.0.0.1:1")
        found = verify(stack_of(gone))
        assert here.registry.asked == []
    (first,) = findings(found)
    assert (first.known, first.text[:27]) == (False, "the cluster cannot be asked")
    assert found.images == []


def test_pods_that_may_not_be_listed_are_told() -> None:
    with place() as here:
        here.cluster.refused["pods"] = 403
        (first,) = findings(here.verified())
    assert (first.known, first.command) == (False, "kubectl --context c -n shop auth can-i --list")


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    return FakePulumi(tmp_path, monkeypatch)


def test_the_command_prints_one_document_for_a_script(pulumi: FakePulumi) -> None:
    with place() as here:
        pulumi.answers("export", here.exported())
        done = CliRunner().invoke(app, ["verify", "--json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["images"][0]["verdict"] == "pullable"
    assert document["route"] == {
        "namespace": "shop", "service": "web", "pods": ["web-1"], "answeredBy": ["web-1"],
    }  # fmt: skip
    assert PASSWORD not in done.stdout


def test_a_person_reads_it_and_the_exit_code_says_how_it_is(pulumi: FakePulumi) -> None:
    with place() as here:
        here.registry.content.clear()
        pulumi.answers("export", here.exported())
        done = CliRunner().invoke(app, ["verify", "-s", "local"])
    assert done.exit_code == 3, done.output
    assert "wrong    " in done.stdout
    gone = exported(export.root(), export.provider(kubeconfig("http://127.0.0.1:1")), export.deployment())
    pulumi.answers("export", gone)
    assert CliRunner().invoke(app, ["verify"]).exit_code == 4


def test_an_image_that_is_no_reference_is_unknown() -> None:
    use = Use(image="Not A Reference", namespace="shop", by=("state",), pod_spec={})
    assert ImageProof(use, None).verdict is Verdict.UNKNOWN
