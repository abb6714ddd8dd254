"""The text of components/services/images.py: what is read from it, and what changes in it. And which tags are newer."""

import json
import runpy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.services import images
from components.services.images import PinnedImage
from ops.images_pins import PinsError, read_pins, with_images
from ops.images_versions import newest, release
from tests.unit.pinned_images import SOURCE
from tests.unit.registry_server import ZERO

TEXT = SOURCE.read_text()
PINS = {each.name: each.image for each in read_pins(TEXT)}
NUMBERS = st.tuples(*[st.integers(0, 20)] * 3)


def test_what_is_read_is_what_a_program_imports() -> None:
    assert {"OLLAMA": images.OLLAMA, "QDRANT": images.QDRANT, "JAEGER": images.JAEGER} == PINS


def test_writing_what_is_there_changes_nothing() -> None:
    assert with_images(TEXT, PINS) == TEXT


@pytest.mark.parametrize("name", PINS)
def test_one_image_is_changed_and_nothing_else(name: str) -> None:
    new = PinnedImage(PINS[name].repository, "9.0.0", ZERO)
    text = with_images(TEXT, {name: new})
    assert {each.name: each.image for each in read_pins(text)} == {**PINS, name: new}
    changed = [line for line in text.splitlines() if line not in TEXT.splitlines()]
    assert all("9.0.0" in line or ZERO in line for line in changed)


def test_a_line_that_would_be_too_long_is_broken_as_the_formatter_breaks_it() -> None:
    long = PinnedImage(PINS["OLLAMA"].repository, "0.100000000000.0", ZERO)
    text = with_images(TEXT, {"OLLAMA": long})
    assert max(map(len, text.splitlines())) <= 120
    assert f'    "{long.tag}",\n    "{ZERO}",\n)' in text


@pytest.mark.parametrize(
    ("repository", "call"),
    [
        ("r.io/a", "PinnedImage(%s, %s, %s)"),
        ("registry.example.com/team/a", "PinnedImage(\n    %s, %s, %s\n)"),
        ("registry.example.com/team/a", "PinnedImage(\n    %s,\n    %s,\n    %s,\n)"),
    ],
)
def test_each_form_of_the_formatter_is_kept(repository: str, call: str) -> None:
    def text(*words: str) -> str:
        quoted = tuple(json.dumps(each) for each in (repository, *words))
        return f"# … before\nA = {call % quoted}\n# after\n"

    other = ZERO.replace("0", "1")
    new = {"A": PinnedImage(repository, "1.0.1", other)}
    assert with_images(text("1.0.0", ZERO), new) == text("1.0.1", other)


def test_a_file_with_the_line_ends_of_windows_keeps_them() -> None:
    text = TEXT.replace("\n", "\r\n")
    # Its calls are no form of ours, so none is rewritten into a mix of both.
    with pytest.raises(PinsError, match="OLLAMA"):
        with_images(text, {"OLLAMA": PINS["QDRANT"]})


@pytest.mark.parametrize(
    ("tag", "is_one"),
    [("1.2.3", True), ("v1.2.3", True), ("1.2", False), ("1.2.3-rc1", False), ("vv1.2.3", False), ("01.2.3", False),
     ("1.2.3_x", False), ("", False), ("latest", False)],
)  # fmt: skip
def test_a_release_is_three_numbers(tag: str, *, is_one: bool) -> None:
    assert (release(tag) is not None) is is_one


@given(st.lists(NUMBERS), NUMBERS)
def test_the_newest_is_the_highest_of_the_same_major_and_never_older_than_the_pinned(
    offered: list[tuple[int, int, int]], now: tuple[int, int, int]
) -> None:
    def tag(numbers: tuple[int, ...]) -> str:
        return ".".join(map(str, numbers))

    alike = [each for each in offered if each[0] == now[0]]
    assert newest(map(tag, offered), tag(now)) == tag(max([now, *alike]))


def test_numbers_are_compared_as_numbers() -> None:
    assert newest(["v1.9.0", "v1.10.0", "1.11.0"], "v1.8.0") == "v1.10.0"


def test_the_file_of_the_project_still_runs_by_itself() -> None:
    assert runpy.run_path(str(SOURCE))["OLLAMA"].tag == images.OLLAMA.tag
