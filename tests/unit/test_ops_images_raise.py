"""`python -m ops images --raise`: what is written, and what keeps it from being written."""

import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from tests.stack_files import ROOT
from tests.unit.pinned_images import LLM, TRACES, Pinned, imported, ops_images, pinned_place, refusing, told
from tests.unit.registry_server import Reply, Request


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Pinned]:
    with pinned_place(tmp_path, monkeypatch) as made:
        yield made


# What it writes


def test_raising_writes_the_newest_release_and_its_digest(place: Pinned) -> None:
    text = place.file.read_text()
    place.file.chmod(0o640)
    old = imported(place.file)
    place.release(LLM, "0.33.9")
    newest = place.release(LLM, "0.33.10")
    done = ops_images("--raise")
    assert done.exit_code == 0, done.output
    assert f"raised   {place.served.host}/{LLM} 0.32.6 → 0.33.10  {newest}" in done.stdout
    assert "next     git diff images.py" in done.stdout
    assert imported(place.file) == {"OLLAMA": ("0.33.10", newest), "JAEGER": old["JAEGER"]}
    assert place.file.read_text() == text.replace("0.32.6", "0.33.10").replace(old["OLLAMA"][1], newest)
    assert place.file.stat().st_mode & 0o777 == 0o640
    assert [*place.file.parent.glob(".*")] == []
    again = ops_images("--raise")
    assert (again.exit_code, "raised" in again.stdout) == (0, False)


def test_what_is_written_is_as_the_formatter_and_the_linter_want_it(place: Pinned) -> None:
    for path, tag in ((LLM, "0.100000000000000.0"), (TRACES, "2.10.0")):
        place.release(path, tag)
    assert ops_images("--raise").exit_code == 0
    settings = ["--config", str(ROOT / "pyproject.toml"), str(place.file)]
    for command in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *settings], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_a_moved_tag_is_taken_as_it_is_now_when_that_is_asked_for(place: Pinned) -> None:
    moved = place.move(LLM, "0.32.6")
    assert told("--raise")[0] == 0
    assert imported(place.file)["OLLAMA"] == ("0.32.6", moved)


def test_one_registry_that_cannot_be_asked_keeps_no_other_image_from_being_raised(place: Pinned) -> None:
    newest = place.release(TRACES, "2.10.0")
    place.served.overrides.append(refusing(Reply(503), f"/{LLM}/"))
    code, document = told("--raise")
    assert code == 4
    assert [each["raised"] for each in document["images"]] == [False, True]
    assert imported(place.file)["JAEGER"] == ("2.10.0", newest)


# A file that is not as expected


def with_comment(text: str) -> str:
    return text.replace('PinnedImage(\n    "', 'PinnedImage(  # ours\n    "', 1)


def annotated(text: str) -> str:
    return text.replace("JAEGER = ", "JAEGER: PinnedImage = ")


BROKEN: dict[str, tuple[Callable[[str], str], str]] = {
    "no python": (lambda text: f"{text})", "it is not Python"),
    "no image": (lambda text: text.partition("OLLAMA = ")[0], "it has no line such as NAME = PinnedImage("),
    "an image in another place": (annotated, "it is not as expected; it should be NAME = PinnedImage("),
    "a tag that moves": (lambda text: text.replace("0.32.6", "latest"), "the tag 'latest' is no release"),
    "a short digest": (lambda text: text.replace("sha256:", "sha256:0"), "is no digest"),
    "no repository": (lambda text: text.replace(f"/{LLM}", "/LLM"), "repository names must be lower case"),
}


@pytest.mark.parametrize(("change", "words"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_read_is_one_line_and_nothing_is_asked(
    place: Pinned, change: Callable[[str], str], words: str
) -> None:
    place.file.write_text(change(place.file.read_text()))
    done = ops_images("--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("error: images.py: ")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert place.served.asked == []


def test_a_comment_that_would_be_lost_keeps_the_file_from_being_written(place: Pinned) -> None:
    place.release(LLM, "0.33.0")
    before = with_comment(place.file.read_text())
    place.file.write_text(before)
    assert told()[0] == 3
    done = ops_images("--raise")
    assert done.exit_code == 1
    assert "OLLAMA has a comment in it" in done.stderr
    assert place.file.read_text() == before


def test_what_somebody_writes_meanwhile_is_not_lost(place: Pinned) -> None:
    place.release(LLM, "0.33.0")

    def write(_: Request) -> None:
        place.file.write_text("theirs\n")

    place.served.overrides.append(write)
    done = ops_images("--raise")
    assert done.exit_code == 1
    assert "it was changed while the registries were asked" in done.stderr
    assert place.file.read_text() == "theirs\n"


def test_a_file_that_cannot_be_written_is_as_it_was(place: Pinned, monkeypatch: pytest.MonkeyPatch) -> None:
    place.release(LLM, "0.33.0")
    before = place.file.read_text()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    done = ops_images("--raise")
    assert done.exit_code == 1
    assert done.stderr == "error: images.py: it cannot be written, and is as it was: No space left on device\n"
    assert place.file.read_text() == before
    assert [*place.file.parent.glob(".*")] == []


def test_a_file_that_is_not_there_is_one_line(place: Pinned) -> None:
    place.file.unlink()
    assert ops_images().stderr == "error: images.py: it cannot be read: No such file or directory\n"
