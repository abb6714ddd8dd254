"""Which files a `.dockerignore` leaves behind, by docker's rules and not by git's."""

import posixpath
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.context_files import context_size, read_context_files
from components.errors import InvalidValueError
from components.ignore_rules import parse_rules, read_rules
from sandbox.engine.ignore_patterns import is_ignored, patterns_of
from sandbox.engine.image_inputs import ImageError

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
        ("*\n!*.py", "__pycache__/app.pyc", True),
        ("*\n!*.py", "sub/app.py", True),
        ("*\n!**/*.py", "sub/app.py", False),
        ("*/", "dir/a", True),
        ("*/*", "a", False),
        ("*/*", "dir/a", True),
        ("*/*", "dir/sub/a", True),
        ("dir/*", "dir/sub/a", True),
        ("dir/**", "dir/sub/a", True),
        ("dir/**", "dir", False),
        ("dir\n!dir/*", "dir/sub/a.py", False),
        ("a/../dir", "dir/a", True),
        ("dir /", "dir/a", True),
        ("! dir /\ndir\n!dir /", "dir/a", False),
        ("[!a].py", "!.py", True),  # git: any but a
        ("[!a].py", "b.py", False),
        ("[^a].py", "b.py", True),
        ("[a-c].py", "b.py", True),
        ("[*].py", "*.py", True),
        ("**.log", "dir/a.log", True),
        ("**/a.log", "a.log", True),
        ("**/a.log", "dir/ba.log", False),
        ("**", "dir/a", True),
        (r"a\[1].pfx", "a[1].pfx", True),
        (r"\#a", "#a", True),
        ("a+(b)", "a+(b)", True),
    ],
)
def test_a_pattern_decides_as_docker_would(rules: str, path: str, ignored: bool) -> None:
    assert parse_rules(rules, FILE).ignores(path) is ignored


@pytest.mark.parametrize(
    ("rules", "pruned"),
    [
        ("src", True),
        ("", False),
        ("src\n!src/keep.py", False),
        ("src\n!other/keep.py", True),
        ("*\n!*.py", True),
        ("*\n!**/*.py", False),
        ("*\n!sr?/a/b", False),
        ("*\n!src", False),
    ],
)
def test_a_folder_is_entered_when_something_in_it_may_be_taken_back(rules: str, pruned: bool) -> None:
    assert parse_rules(rules, FILE).prunes("src") is pruned


PARTS = ["*", "?", "[!a]", "[^a]", "[a-c]", "a", "b", "ab", "dir", ".py", "/", "//", "..", ".", "\\*", "**/"]
COMMON = ["*", "*.py", "*/", "*/*", "dir", "dir/*", "dir/**", "a/../dir", "dir/sub/", "**/*.py", "a**b"]


def starts_alike(line: str) -> bool:
    """Whether both read the start as docker does; the plug-in does not do so with `**.py`."""
    return not posixpath.normpath(line).lstrip("/").startswith("**")


BODIES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("".join).filter(starts_alike)
LINES = st.tuples(st.sampled_from(["", "", "!"]), st.one_of(st.sampled_from(COMMON), BODIES)).map("".join)
PATHS = st.lists(st.sampled_from(["a", "b.py", "dir", "sub", "!a", ".py", "*"]), min_size=1, max_size=4).map("/".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=4), PATHS)
def test_the_sandboxs_plug_in_finds_the_same(lines: list[str], path: str) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / ".dockerignore").write_text("\n".join(lines))
        try:
            theirs = is_ignored(path, patterns_of(folder, folder / "Dockerfile"))
        except ImageError:
            theirs = None
        try:
            rules = read_rules(folder, folder / "Dockerfile")
        except InvalidValueError:
            return  # some lines are refused here only: docker itself refuses them
    assert rules.ignores(path) is theirs


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=4), PATHS, PATHS)
def test_nothing_of_a_pruned_folder_would_be_in_the_image(lines: list[str], folder: str, path: str) -> None:
    try:
        rules = parse_rules("\n".join(lines), FILE)
    except InvalidValueError:
        return
    assert not rules.prunes(folder) or rules.ignores(f"{folder}/{path}")


def test_a_context_holds_nothing_below_a_folder_that_is_ignored(tmp_path: Path) -> None:
    for name in ("app.py", "__pycache__/app.pyc", "sub/.env", "sub/notes.txt", "sub/deep/app.py", ".dockerignore"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".dockerignore").write_text("*\n!*.py\n")
    rules = read_rules(tmp_path, tmp_path / "Dockerfile")
    assert [each.path for each in read_context_files(tmp_path, rules).entries] == ["app.py"]
    assert set(context_size(tmp_path, rules)) == {"app.py"}


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


@pytest.mark.parametrize("line", ["a/[z-a]", "a[", "[]a]", "[a-]", "a\\", "!", "!/"])
def test_a_line_that_is_no_pattern_is_refused(line: str) -> None:
    with pytest.raises(InvalidValueError, match=r"^\.dockerignore has a line that is no pattern \(line 2, ") as caught:
        parse_rules(f"fine\n{line}", FILE)
    assert caught.value.suggestion == '"${EDITOR:-vi}" +2 .dockerignore'


def test_a_file_that_is_no_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / ".dockerignore"
    file.write_bytes(b"fine\ncaf\xe9\n")
    with pytest.raises(InvalidValueError, match=rf"^{file} is no text in UTF-8 \(line 2\)$") as caught:
        read_rules(tmp_path, tmp_path / "Dockerfile")
    assert caught.value.suggestion == f'"${{EDITOR:-vi}}" +2 {file}'


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / ".dockerignore"
    file.mkdir()
    with pytest.raises(InvalidValueError, match=rf"^cannot read {file}: Is a directory$") as caught:
        read_rules(tmp_path, tmp_path / "Dockerfile")
    assert str(caught.value.suggestion).startswith(f"ls -ld {file}")
