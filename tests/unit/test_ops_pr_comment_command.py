"""`python -m ops pr-comment` as a job types it: files, places, exit codes."""

import json
import shutil
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ops.__main__ import app
from tests.unit.pr_comment_events import RECORDED, preview, step, stream, text
from tests.unit.pr_comment_github import NUMBER, REPOSITORY, TOKEN, Answer, GitHub, github
from tests.unit.team_documents import fitting


@dataclass
class Job:
    """A job of a workflow: its folder, and the API that it posts to."""

    folder: Path
    api: GitHub

    def has(self, name: str, recording: str) -> None:
        shutil.copy2(RECORDED / f"{recording}.json", self.folder / "previews" / f"{name}.json")

    def run(self, *words: str) -> Result:
        done = CliRunner().invoke(app, ["pr-comment", *words])
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert TOKEN not in done.output + done.stderr
        return done

    @property
    def summary(self) -> str:
        return (self.folder / "summary.md").read_text()


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Job]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: monadic-pipeline\nruntime: python\n")
    (tmp_path / "previews").mkdir()
    (tmp_path / "event.json").write_text(json.dumps({"pull_request": {"number": NUMBER}}))
    with github() as api:
        for name, value in {
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_API_URL": api.api,
            "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        }.items():
            monkeypatch.setenv(name, value)
        yield Job(tmp_path, api)


def test_without_a_place_the_text_goes_to_standard_output(job: Job) -> None:
    job.has("local", "same")
    done = job.run("previews/local.json")
    assert done.exit_code == 0
    assert (
        done.stdout
        == "<!-- preview of monadic-pipeline -->\n## Preview of `monadic-pipeline`\n\n1 stack: nothing changes.\n"
    )
    assert not (job.folder / "summary.md").exists()
    assert job.api.asked == []


def test_a_posted_comment_is_in_the_file_and_the_summary_too(job: Job) -> None:
    job.has("local", "source")
    (job.folder / "summary.md").write_text("before\n")
    done = job.run("previews/local.json", "--post", "--out", "comment.md")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"comment  made: {job.api.comments[0]['html_url']}\n"
    (body,) = job.api.bodies
    assert (job.folder / "comment.md").read_text() == body
    assert job.summary == f"before\n{body}"
    assert job.run("previews/local.json", "--post").stdout.startswith("comment  left: ")


def test_a_preview_that_failed_makes_the_job_red_once_it_is_posted(job: Job) -> None:
    job.has("local", "mistake")
    assert job.run("previews/local.json", "--post").exit_code == 3
    assert "app.replicaz" in job.api.bodies[0]


@pytest.mark.parametrize("name", ["policy", "mistake"])
def test_a_refused_or_failed_preview_has_its_own_exit_code(job: Job, name: str) -> None:
    job.has("x", name)
    assert job.run("previews/x.json").exit_code == 3


def test_a_missing_file_is_told_beside_the_others(job: Job) -> None:
    job.has("local", "source")
    (job.folder / "previews" / "aks.err").write_text("no login\n")
    done = job.run("previews/aks.json", "previews/local.json")
    assert done.exit_code == 3
    assert "There is no file aks\\.json" in done.stdout
    assert "no login" in done.stdout
    assert "1 of 2 stacks: image changes" in done.stdout


def test_a_folder_or_a_locked_file_in_place_of_a_preview_is_a_missing_one(job: Job) -> None:
    (job.folder / "previews" / "aks.json").mkdir()
    assert job.run("previews/aks.json").exit_code == 3


def test_a_comment_that_is_not_posted_is_told_in_one_line_and_is_not_lost(job: Job) -> None:
    job.has("local", "source")
    job.api.overrides.append(lambda _: Answer(403, {"message": "Resource not accessible by integration"}))
    done = job.run("previews/local.json", "--post", "--out", "comment.md")
    assert (done.exit_code, done.stdout) == (4, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: the comment was not posted: GitHub answers 403")
    assert "image changes" in job.summary
    assert "image changes" in (job.folder / "comment.md").read_text()


def test_a_failed_preview_counts_before_a_comment_that_is_not_posted(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    job.has("local", "mistake")
    monkeypatch.delenv("GITHUB_TOKEN")
    done = job.run("previews/local.json", "--post")
    assert done.exit_code == 3
    assert "GITHUB_TOKEN is not set" in done.stderr
    assert "app.replicaz" in job.summary


def test_a_missing_event_is_told_and_a_number_helps(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    job.has("local", "source")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(job.folder / "none.json"))
    done = job.run("previews/local.json", "--post")
    assert (done.exit_code, "--pr NUMBER" in done.stderr) == (4, True)
    assert job.run("previews/local.json", "--post", "--pr", str(NUMBER)).exit_code == 0


@pytest.mark.parametrize("out", ["none/comment.md", "."])
def test_a_text_that_cannot_be_written_is_told(job: Job, out: str) -> None:
    job.has("local", "same")
    done = job.run("previews/local.json", "--out", out, "--post")
    assert done.exit_code == 1
    assert done.stderr.startswith(f"error: {out} cannot be written: ")
    assert "--out FILE" in done.stderr
    assert job.api.asked == []


def test_a_summary_that_cannot_be_written_keeps_nothing_from_being_posted(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    job.has("local", "source")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(job.folder))
    done = job.run("previews/local.json", "--post")
    assert (done.exit_code, len(job.api.bodies)) == (0, 1)
    assert done.stderr.startswith("warning: the job's summary cannot be written: ")


def test_outside_of_a_project_its_name_is_the_previews(job: Job) -> None:
    (job.folder / "Pulumi.yaml").unlink()
    (job.folder / "previews" / "dev.json").write_bytes(stream(step("create")))
    assert job.run("previews/dev.json").stdout == text(preview(step("create")))


def test_a_script_is_told_what_was_written_where(job: Job) -> None:
    job.has("local", "source")
    (job.folder / "previews" / "aks.json").write_text("")
    files = ("previews/local.json", "previews/aks.json")
    done = job.run(*files, "--json", "--post", "--out", "comment.md")
    assert (done.exit_code, done.stderr) == (3, "")
    told = fitting("pr-comment", done.stdout)
    url = job.api.comments[0]["html_url"]
    summary = str(job.folder / "summary.md")
    assert told["written"] == {
        "file": "comment.md",
        "summary": summary,
        "comment": {"did": "made", "url": url},
        "whyNotPosted": "",
    }
    assert told["sentence"] in job.api.bodies[0]
    assert [(each["title"], each["end"]) for each in told["previews"]] == [("aks", "unread"), ("local", "well")]
    assert fitting("pr-comment", job.run(*files, "--json").stdout)["written"] == {
        "file": None, "summary": None, "comment": None, "whyNotPosted": "",
    }  # fmt: skip


def test_a_script_is_told_why_a_comment_was_not_posted(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    job.has("local", "same")
    monkeypatch.setenv("GITHUB_TOKEN", f"{TOKEN}\u00e4")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    done = job.run("previews/local.json", "--json", "--post")
    written = fitting("pr-comment", done.stdout)["written"]
    assert (done.exit_code, written["summary"], written["comment"]) == (4, None, None)
    assert written["whyNotPosted"].startswith("GITHUB_TOKEN holds a blank or another sign")


@pytest.mark.parametrize("file", [".", "", "/"])
def test_a_folder_without_a_name_is_wrong_usage(job: Job, file: str) -> None:
    job.has("local", "same")
    done = job.run("previews/local.json", file)
    assert done.exit_code == 2
    assert "names no file: give previews/STACK.json" in done.stderr


def test_no_file_is_wrong_usage(job: Job) -> None:
    assert job.run().exit_code == 2
    assert job.run("previews/a.json", "--pr", "0").exit_code == 2
