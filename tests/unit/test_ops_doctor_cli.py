"""What doctor says of the source of a stack's CLI."""

from pathlib import Path

import pytest

from ops.checks.finding import Name
from tests.unit.test_ops_doctor import Place, doctor, place

__all__ = ["place"]


@pytest.fixture
def source(place: Place) -> Path:
    """A CLI to build, in the stack file too."""
    folder = place.folder / "cli"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\n")
    place.write(cli={"image": {"context": "cli"}})
    return folder


@pytest.mark.usefixtures("source")
def test_both_contexts_are_looked_at() -> None:
    said = [each["what"] for each in doctor("-s", "local").of(Name.CONTEXT)]
    assert [each.partition(":")[0] for each in said] == ["webapi", "cli"]


def test_a_context_that_must_not_be_built_is_told_with_its_own_key(source: Path) -> None:
    (source / ".env").write_text("PASSWORD=canary\n")
    (wrong,) = [each for each in doctor("-s", "local").of(Name.CONTEXT) if each["state"] == "problem"]
    assert wrong["what"].startswith("cli.image.context: cli: ")


@pytest.mark.usefixtures("source")
def test_an_engine_is_asked_for_it_where_the_web_api_was_built_before(place: Place) -> None:
    digest = {"image": {"repository": "web", "digest": "sha256:" + "0" * 64}}
    place.values |= digest
    place.write(cli={"image": {"context": "cli"}})
    assert "not needed" not in doctor("-s", "local").only(Name.DOCKER)["what"]
    place.write()
    assert "not needed" in doctor("-s", "local").only(Name.DOCKER)["what"]
