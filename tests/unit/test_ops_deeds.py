"""`recover`, `rollback` and `report` for scripts: one document on standard output, pulumi's own words beside it."""

import json
from pathlib import Path

import pytest

from tests.unit import stack_exports as export
from tests.unit.deed_documents import DONE, LEFT, UNKNOWN, ask, good_before, left, told
from tests.unit.fake_pulumi import FakePulumi
from tests.unit.stack_cluster import serving
from tests.unit.stack_exports import PASSWORD, exported
from tests.unit.stack_locks import dead_process, lock
from tests.unit.stack_place import place
from tests.unit.test_ops_good_versions import update


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    return FakePulumi(tmp_path, monkeypatch)


# recover


def test_what_would_be_recovered_is_told_and_nothing_is_changed(pulumi: FakePulumi) -> None:
    lock(pulumi, pid=dead_process())
    pulumi.answers("export", left())
    value = told("recover", code=LEFT)
    assert (value["health"], value["changed"], value["backup"]) == ("diagnosed", False, None)
    assert value["findings"][0]["command"] == ".venv/bin/python -m ops recover -s local --yes"
    assert [each["ended"] for each in value["locks"]] == [True]
    assert [(each["operation"], each["action"]) for each in value["operations"]] == [("updating", "refresh")]
    assert len(pulumi.asked) == 1


def test_what_only_a_person_can_say_is_a_finding_and_yes_changes_nothing(pulumi: FakePulumi) -> None:
    pulumi.answers("export", left(asks=True))
    value = told("recover", "--yes", code=LEFT)
    assert (value["changed"], [each["action"] for each in value["operations"]]) == (False, ["refresh", "ask"])
    (finding,) = value["findings"]
    assert "--absent" in finding["command"]
    assert len(pulumi.asked) == 1


def test_what_was_recovered_is_told_and_pulumis_words_go_beside_it(
    pulumi: FakePulumi, capfd: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("export", left())
    pulumi.answers("preview", "Previewing update")
    value = told("recover", "--yes", code=DONE)
    assert (value["health"], value["changed"], value["findings"]) == ("healthy", True, [])
    assert json.loads(Path(value["backup"]).read_text()) == json.loads(left())
    assert capfd.readouterr() == ("", "Previewing update")


def test_a_preview_that_fails_is_a_finding_of_a_state_that_is_recovered(pulumi: FakePulumi) -> None:
    pulumi.answers("export", left())
    pulumi.answers("preview", code=255)
    value = told("recover", "--yes", code=LEFT)
    assert (value["changed"], value["findings"][0]["command"]) == (True, "pulumi preview -s local")


def test_nothing_to_recover_is_healthy(pulumi: FakePulumi) -> None:
    pulumi.answers("export", exported(export.root()))
    value = told("recover", "--yes", code=DONE)
    assert (value["health"], value["changed"], value["operations"]) == ("healthy", False, [])


def test_a_step_that_fails_has_no_document(pulumi: FakePulumi) -> None:
    pulumi.answers("export", left())
    pulumi.answers("import", err="error: no\n", code=255)
    done = ask("recover", "--yes")
    assert (done.exit_code, done.stdout, "type: pulumi stack import" in done.stderr) == (1, "", True)


# rollback


def test_where_a_rollback_leads_and_led_is_told(pulumi: FakePulumi, capfd: pytest.CaptureFixture[str]) -> None:
    with place(serving()) as here:
        good_before(here, pulumi)
        looked = told("rollback", code=LEFT)
        pulumi.answers("up", "Updating")
        done = told("rollback", "--yes", code=DONE)
        assert capfd.readouterr() == ("", "Updating")
        pulumi.answers("up", code=255)
        failed = ask("rollback", "--yes")
    assert (looked["changed"], done["changed"]) == (False, True)
    assert looked["findings"][0]["command"] == ".venv/bin/python -m ops rollback -s local --yes"
    for value in (looked, done):
        assert (value["setting"], value["good"]["digest"]) == ("image.digest", f"sha256:{'c' * 64}")
        assert value["now"].endswith("a" * 64)
    assert (failed.exit_code, failed.stdout, "the update failed" in failed.stderr) == (1, "", True)


# report


def test_what_is_in_a_report_is_told(pulumi: FakePulumi) -> None:
    with place(serving()) as here:
        pulumi.answers("export", here.exported())
        pulumi.answers("history", json.dumps([update(0, 20)]))
        pulumi.answers("preview", "Previewing update\n")
        value = told("report", "--preview", "--out", "picture.svg", code=UNKNOWN)
        here.status = 503
        wrong = told("report", code=LEFT)
    assert value["file"] == str(pulumi.project / "picture.svg")
    assert Path(value["file"]).is_file()
    assert [each["name"] for each in value["hops"]] == ["source", "image", "registry", "grant", "node", "pod", "URL"]
    assert {each["name"]: each["sign"] for each in value["hops"]}["pod"] == "good"
    assert (value["health"], len(value["updates"]), value["preview"]) == ("unknown", 1, "Previewing update\n")
    assert (wrong["health"], wrong["preview"]) == ("diagnosed", "")


def test_what_a_preview_says_of_a_credential_is_not_told(pulumi: FakePulumi) -> None:
    with place(serving()) as here:
        pulumi.answers("export", here.exported())
        pulumi.answers("preview", err=f"error: GET https://me:{PASSWORD}@registry.example.com/v2/\n", code=255)
        assert "registry.example.com" in told("report", "--preview", code=UNKNOWN)["preview"]
