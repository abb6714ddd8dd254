"""`python -m ops images` against a registry on loopback: what it finds, and what it says."""

import base64
import json
from collections.abc import Generator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from ops import images_document
from ops.__main__ import app
from ops.images import TagState
from ops.images_health import RAISE
from tests.unit.pinned_images import (
    FORM,
    LLM,
    SOURCE,
    TRACES,
    Pinned,
    imported,
    ops_images,
    pinned_place,
    refusing,
    texts,
    told,
)
from tests.unit.registry_server import PASSWORD, USER, Reply, error_body


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Pinned]:
    with pinned_place(tmp_path, monkeypatch) as made:
        yield made


# What it finds


@pytest.mark.usefixtures("place")
def test_images_that_are_what_their_tags_name_and_the_newest_are_well() -> None:
    code, document = told()
    assert (code, document["health"]) == (0, "healthy")
    assert [(each["name"], each["tagState"], each["newest"]) for each in document["images"]] == [
        ("OLLAMA", "as-pinned", "0.32.6"), ("JAEGER", "as-pinned", "2.9.0"),
    ]  # fmt: skip
    assert "health   healthy" in ops_images().stdout


def test_a_newer_release_is_named_with_what_to_type_and_not_written(place: Pinned) -> None:
    before = place.file.read_bytes()
    newer = place.release(LLM, "0.33.0")
    code, document = told()
    assert (code, document["health"]) == (3, "diagnosed")
    assert texts(document) == [f"{place.served.host}/{LLM}:0.33.0 is newer than the pinned 0.32.6"]
    assert document["findings"][0]["command"] == RAISE
    assert (document["images"][0]["newestDigest"], document["images"][0]["raised"]) == (newer, False)
    assert place.file.read_bytes() == before


@pytest.mark.parametrize("tag", ["1.0.0", "0.32.5", "0.33.0-rc1", "0.33.0-rocm", "0.33", "v0.33.0", "latest"])
def test_other_majors_candidates_variants_and_older_ones_are_not_newer(place: Pinned, tag: str) -> None:
    place.release(LLM, tag)
    assert told()[0] == 0


def test_a_tag_that_names_another_image_is_told_with_both_digests(place: Pinned) -> None:
    old = imported(place.file)["OLLAMA"][1]
    moved = place.move(LLM, "0.32.6")
    code, document = told()
    assert code == 3
    (text,) = texts(document)
    assert f"0.32.6 is another image now, {moved}, than the pinned {old}; the pinned one can still be pulled" in text


def test_a_pinned_image_that_nobody_can_pull_any_more_is_told(place: Pinned) -> None:
    place.move(LLM, "0.32.6")
    place.forget(LLM, imported(place.file)["OLLAMA"][1])
    assert "; the pinned one is gone, and cannot be pulled" in texts(told()[1])[0]


def test_a_tag_that_is_gone_is_told_and_nothing_older_is_taken_in_its_place(place: Pinned) -> None:
    before = place.file.read_bytes()
    place.release(LLM, "0.32.5")
    place.forget(LLM, "0.32.6")
    code, document = told("--raise")
    assert (code, document["images"][0]["tagState"]) == (3, "gone")
    assert texts(document) == [
        f"the registry has no {place.served.host}/{LLM}:0.32.6 any more; the pinned one can still be pulled"
    ]
    assert place.file.read_bytes() == before


def test_a_repository_that_is_gone_is_told(place: Pinned) -> None:
    place.forget_all(LLM)
    code, document = told("--raise")
    assert code == 3
    assert texts(document) == [f"the registry has no repository {place.served.host}/{LLM}, so OLLAMA cannot be pulled"]


def test_a_pinned_image_for_one_platform_is_told(place: Pinned) -> None:
    single = place.served.push_image(LLM, "0.32.6", "linux/amd64")
    place.pin(OLLAMA=(LLM, "0.32.6", single))
    code, document = told()
    assert code == 3
    assert texts(document) == [f"{place.served.host}/{LLM}:0.32.6 is not for linux/arm64"]


def test_a_newer_release_that_lacks_a_platform_is_told_and_not_taken(place: Pinned) -> None:
    before = place.file.read_bytes()
    place.release(LLM, "0.33.0", ["linux/amd64"])
    code, document = told("--raise")
    assert code == 3
    assert texts(document) == [
        f"{place.served.host}/{LLM}:0.33.0 is newer than the pinned 0.32.6, and is not taken: it is not for linux/arm64"
    ]
    assert place.file.read_bytes() == before


# What cannot be asked


def test_a_registry_that_does_not_answer_is_one_line_for_each_image(place: Pinned) -> None:
    before = place.file.read_text().replace(place.served.host, "127.0.0.1:1")
    place.file.write_text(before)
    done = ops_images("--raise")
    assert done.exit_code == 4
    unknown = [line for line in done.stdout.splitlines() if line.startswith("unknown")]
    assert [line.split()[1] for line in unknown] == [f"127.0.0.1:1/{LLM}:0.32.6", f"127.0.0.1:1/{TRACES}:2.9.0"]
    assert all("cannot be asked for: unreachable" in line for line in unknown)
    assert "curl -v http://127.0.0.1:1/v2/" in done.stdout
    assert place.file.read_text() == before


def test_a_registry_that_limits_is_told_with_its_wait_and_what_may_help(place: Pinned) -> None:
    limited = Reply(429, error_body("TOOMANYREQUESTS", "You have reached your pull rate limit"), {"Retry-After": "90"})
    place.served.always(limited)
    code, document = told()
    assert (code, document["health"]) == (4, "unknown")
    assert (
        "rate-limited (429): TOOMANYREQUESTS: You have reached your pull rate limit; ask again in 90 s"
        in (texts(document)[0])
    )
    assert document["findings"][0]["command"].startswith(f"docker login {place.served.host}")
    assert len(place.served.asked) == 2  # one for each image: nothing is asked again of who limits


def test_tags_that_are_not_listed_leave_only_the_newest_unknown(place: Pinned) -> None:
    place.served.overrides.append(refusing(Reply(500), f"/{LLM}/tags/list"))
    code, document = told("--raise")
    assert code == 4
    assert [each["newest"] for each in document["images"]] == [None, "2.9.0"]
    assert texts(document) == [f"the list of tags of {place.served.host}/{LLM} cannot be asked for: server-error (500)"]


def test_a_newest_release_that_is_not_given_is_not_known(place: Pinned) -> None:
    place.release(LLM, "0.33.0")
    place.served.overrides.append(refusing(Reply(500), "/manifests/0.33.0"))
    code, document = told("--raise")
    assert code == 4
    assert "0.33.0 cannot be asked for: server-error (500)" in texts(document)[0]


def test_the_login_of_docker_is_used_and_never_shown(place: Pinned, tmp_path: Path) -> None:
    place.served.auth = "basic"
    assert "docker login" in told()[1]["findings"][0]["command"]
    encoded = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker" / "config.json").write_text(json.dumps({"auths": {place.served.host: {"auth": encoded}}}))
    done = ops_images("--json")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    assert encoded not in done.output


# The command


def test_it_looks_at_the_file_that_the_program_imports() -> None:
    from ops.images_file import FILE  # noqa: PLC0415 - before it is another one

    assert FILE == SOURCE


def test_the_help_has_an_example_and_says_what_was_not_tried() -> None:
    text = " ".join(CliRunner().invoke(app, ["images", "--help"], env={"COLUMNS": "200"}).stdout.split())
    assert "Example: python -m ops images --raise" in text
    assert "not yet on Docker Hub" in text


def test_the_form_of_the_answer_is_that_of_the_code() -> None:
    Draft202012Validator.check_schema(FORM)
    assert FORM["properties"]["schema"]["const"] == images_document.SCHEMA
    assert FORM["$defs"]["image"]["properties"]["tagState"]["enum"] == list(TagState)
    for each in (FORM, *FORM["$defs"].values()):
        assert each["required"] == list(each["properties"])
        assert all("description" in key for key in each["properties"].values())
