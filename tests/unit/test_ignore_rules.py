"""Which files a `.dockerignore` leaves behind, by docker's rules and not by git's."""

from pathlib import Path

import pytest

from components.errors import InvalidValueError
from components.ignore_rules import parse_rules, read_rules

FILE = Path(".dockerignore")


@pytest.mark.parametrize(
    ("rules", "path", "ignored"),
    [
        ("*.md", "README.md", True),
        ("*.md", "docs/README.md", False),  # git would
        ("bin", "bin/a/b", True),
        ("bin", "src/bin/a", False),  # git would
        ("**/bin", "src/bin/a", True),
        ("**/bin", "bin/a", True),
        ("/bin/", "bin/a", True),
        ("./bin", "bin", True),
        ("src/*/obj", "src/app/obj/x", True),
        ("src/*/obj", "src/a/b/obj", False),
        ("*\n!app.py", "app.py", False),
        ("*\n!src", "src/a/b.py", False),
        ("src\n!src/keep.py", "src/keep.py", False),
        ("!a\na", "a", True),
        ("# a comment", "# a comment", False),
        ("", "anything", False),
        ("temp?", "temp1", True),
        ("temp?", "temp12", False),
    ],
)
def test_a_pattern_decides_as_docker_would(rules: str, path: str, ignored: bool) -> None:
    assert parse_rules(rules, FILE).ignores(path) is ignored


def test_a_folder_is_entered_when_something_in_it_may_be_taken_back() -> None:
    assert parse_rules("src", FILE).prunes("src")
    assert not parse_rules("src\n!src/keep.py", FILE).prunes("src")


def test_the_file_of_the_dockerfile_comes_first(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("a")
    (tmp_path / "Dockerfile.dockerignore").write_text("b")
    rules = read_rules(tmp_path, tmp_path / "Dockerfile")
    assert (rules.ignores("a"), rules.ignores("b")) == (False, True)
    rules = read_rules(tmp_path, tmp_path / "Other")
    assert (rules.ignores("a"), rules.ignores("b")) == (True, False)


def test_a_byte_order_mark_is_no_part_of_a_pattern(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_bytes(b"\xef\xbb\xbfa\r\n")
    assert read_rules(tmp_path, tmp_path / "Dockerfile").ignores("a")


def test_a_line_that_is_no_pattern_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no pattern"):
        parse_rules("a/[z-a]", FILE)
