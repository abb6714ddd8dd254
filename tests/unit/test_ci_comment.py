"""The one comment of a merge request of GitLab, or of a pull request of Azure DevOps."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.forge import Forge, forge
from tests.stack_files import ROOT

MARK = "<!-- a mark -->"


def post(text: str, environment: dict[str, str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "comment.md"
    file.write_text(text)
    command = ["python3", str(ROOT / "docs/ci/post_comment.py"), str(file)]
    machine = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, env=machine, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("kind", ["gitlab", "azure"])
def test_a_second_comment_takes_the_place_of_the_first(kind: str, tmp_path: Path) -> None:
    with forge(kind, "somebody's own") as there:
        for text in ("one", "two"):
            done = post(f"{MARK}\n{text}", there.environment(), tmp_path)
            assert done.returncode == 0, done.stderr
        assert there.texts == ["somebody's own", f"{MARK}\ntwo"]


def test_the_comment_is_found_beyond_the_first_page(tmp_path: Path) -> None:
    with forge("gitlab", *["other"] * 150, f"{MARK}\nold") as there:
        assert post(f"{MARK}\nnew", there.environment(), tmp_path).returncode == 0
        assert there.texts[-1] == f"{MARK}\nnew"
        assert len(there.texts) == 151


@pytest.mark.parametrize(
    ("kind", "right"), [("gitlab", "the scope `api`"), ("azure", "`Contribute to pull requests` for the build service")]
)
def test_a_refusal_is_told_in_one_line_with_the_right_that_is_needed(kind: str, right: str, tmp_path: Path) -> None:
    with forge(kind, status=403) as there:
        done = post("text", there.environment(), tmp_path)
    assert done.returncode == 4
    assert "answers 403" in done.stderr
    assert right in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("kind", ["gitlab", "azure"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_after_the_wait_that_it_asks_for(kind: str, status: int, tmp_path: Path) -> None:
    with forge(kind, busy=[(status, "0"), (status, "1")]) as there:
        begun = time.monotonic()
        assert post(f"{MARK}\none", there.environment(), tmp_path).returncode == 0
        assert time.monotonic() - begun >= 1
        assert there.texts == [f"{MARK}\none"]


def test_a_comment_whose_making_was_answered_badly_is_not_made_twice(tmp_path: Path) -> None:
    with forge("gitlab", busy=[(200, ""), (502, "0")]) as there:
        assert post(f"{MARK}\none", there.environment(), tmp_path).returncode == 0
        assert there.texts == [f"{MARK}\none"]


@pytest.mark.parametrize(
    ("status", "wait", "asked", "advice"),
    [
        (503, "0", 3, "run the job again later"),
        (429, "61", 1, "run the job again in 61 s"),
        (400, "", 1, "it did not take the comment"),
    ],
)
def test_what_is_no_question_of_rights_is_not_answered_with_rights(
    status: int, wait: str, asked: int, advice: str, tmp_path: Path
) -> None:
    with forge("gitlab", busy=[(status, wait)] * 4) as there:
        done = post("text", there.environment(), tmp_path)
        assert len(there.asked) == asked
    assert done.returncode == 4
    assert f"GitLab answers {status}" in done.stderr
    assert advice in done.stderr
    assert "the token needs" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_a_word_about_the_wait_it_is_short(tmp_path: Path) -> None:
    with forge("azure", busy=[(500, "")]) as there:
        assert post(f"{MARK}\none", there.environment(), tmp_path).returncode == 0
        assert there.texts == [f"{MARK}\none"]


def test_a_server_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    done = post("text", Forge("gitlab", url="http://127.0.0.1:1").environment(), tmp_path)
    assert done.returncode == 4
    assert "GitLab cannot be asked" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("kind", ["gitlab", "azure"])
def test_outside_of_a_request_the_missing_variables_are_named(kind: str, tmp_path: Path) -> None:
    environment = {**Forge(kind).environment(), "CI_MERGE_REQUEST_IID": "", "SYSTEM_ACCESSTOKEN": ""}
    done = post("text", environment, tmp_path)
    assert done.returncode == 4
    assert ("CI_MERGE_REQUEST_IID" in done.stderr) or ("SYSTEM_ACCESSTOKEN" in done.stderr)


def test_a_comment_that_was_not_written_is_told(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "GITLAB_CI": "true"}
    command = ["python3", str(ROOT / "docs/ci/post_comment.py"), str(tmp_path / "none.md")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
