"""Build contexts: what belongs to them, their hash, the archive."""

import hashlib
import io
import os
import stat
import tarfile
from pathlib import Path

import pytest

from sandbox.engine.context_files import context_digest, go_mode, write_archive
from sandbox.engine.ignore_patterns import clean_lines, is_ignored, patterns_of
from sandbox.engine.image_inputs import ImageError


@pytest.fixture
def context(tmp_path: Path) -> Path:
    folder = tmp_path / "context"
    (folder / "sub").mkdir(parents=True)
    for name, text in {"Dockerfile": "FROM scratch\n", "a.txt": "one", "sub/b.txt": "two"}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o644)
    return folder


def digest(context: Path) -> str:
    return context_digest(context, context / "Dockerfile")


def test_the_digest_is_made_of_names_modes_and_contents_as_the_official_provider_makes_it(context: Path) -> None:
    def entry(name: str, mode: str, text: str) -> bytes:
        return name.encode() + mode.encode() + hashlib.sha256(text.encode()).digest() + b"\0"

    expected = hashlib.sha256(
        entry("Dockerfile", "----------", "FROM scratch\n")
        + entry("Dockerfile", "-rw-r--r--", "FROM scratch\n")
        + entry("a.txt", "-rw-r--r--", "one")
        + entry("sub/b.txt", "-rw-r--r--", "two")
    )
    assert digest(context) == expected.hexdigest()


def test_the_digest_depends_on_modes_and_not_on_times(context: Path) -> None:
    before = digest(context)
    os.utime(context / "a.txt", (1, 1))
    assert digest(context) == before
    (context / "a.txt").chmod(0o664)
    assert digest(context) != before


def test_an_ignored_file_does_not_change_the_digest(context: Path) -> None:
    (context / ".dockerignore").write_text("sub\n")
    before = digest(context)
    (context / "sub" / "b.txt").write_text("other")
    assert digest(context) == before
    (context / "a.txt").write_text("other")
    assert digest(context) != before


def test_a_dockerfile_outside_the_context_counts_by_its_content(context: Path, tmp_path: Path) -> None:
    (tmp_path / "one.Dockerfile").write_text("FROM a")
    (tmp_path / "two.Dockerfile").write_text("FROM a")
    one = context_digest(context, tmp_path / "one.Dockerfile")
    assert context_digest(context, tmp_path / "two.Dockerfile") == one
    (tmp_path / "two.Dockerfile").write_text("FROM b")
    assert context_digest(context, tmp_path / "two.Dockerfile") != one


def test_a_link_counts_by_where_it_leads(context: Path) -> None:
    (context / "link").symlink_to("a.txt")
    before = digest(context)
    (context / "link").unlink()
    (context / "link").symlink_to("sub/b.txt")
    assert digest(context) != before


def test_a_link_that_leads_nowhere_is_named(context: Path) -> None:
    (context / "link").symlink_to("nowhere")
    with pytest.raises(ImageError, match=r"unable to hash build context.*nowhere"):
        digest(context)


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        (stat.S_IFREG | 0o755, "-rwxr-xr-x"),
        (stat.S_IFLNK | 0o777, "Lrwxrwxrwx"),
        (stat.S_IFREG | stat.S_ISUID | 0o755, "urwxr-xr-x"),
        (stat.S_IFDIR | stat.S_ISVTX | 0o777, "dtrwxrwxrwx"),
        (stat.S_IFIFO | 0o600, "prw-------"),
        (stat.S_IFCHR | 0o600, "Dcrw-------"),
    ],
)
def test_a_mode_is_written_as_go_writes_it(mode: int, text: str) -> None:
    assert go_mode(mode) == text


def archive(context: Path, dockerfile: Path) -> dict[str, tarfile.TarInfo]:
    target = io.BytesIO()
    write_archive(context, dockerfile, target)
    target.seek(0)
    with tarfile.open(fileobj=target) as made:
        return {member.name: member for member in made.getmembers()}


def test_the_archive_belongs_to_root_and_keeps_the_modes_of_folders(context: Path) -> None:
    (context / "sub").chmod(0o700)
    if os.geteuid() == 0:  # otherwise the files belong to somebody else anyway
        os.chown(context / "a.txt", 1234, 1234)
    members = archive(context, context / "Dockerfile")
    assert set(members) == {"Dockerfile", "a.txt", "sub", "sub/b.txt"}
    assert {(member.uid, member.gid, member.uname) for member in members.values()} == {(0, 0, "")}
    assert stat.S_IMODE(members["sub"].mode) == 0o700


def test_an_ignored_dockerfile_is_in_the_archive_all_the_same(context: Path) -> None:
    (context / ".dockerignore").write_text("*\n!a.txt\n")
    assert set(archive(context, context / "Dockerfile")) == {".dockerignore", "Dockerfile", "a.txt"}


def test_a_dockerfile_outside_the_context_gets_a_name_of_its_own(context: Path, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("FROM scratch")
    names = set(archive(context, tmp_path / "other"))
    assert [name for name in names if name.startswith(".dockerfile.")]
    assert "Dockerfile" in names  # the context's own file of that name stays what it is


def test_docker_recognises_the_archive_by_its_first_512_bytes(context: Path) -> None:
    target = io.BytesIO()
    write_archive(context, context / "Dockerfile", target)
    assert tarfile.TarInfo.frombuf(target.getvalue()[:512], "utf-8", "strict").name == "Dockerfile"


@pytest.mark.parametrize(
    ("lines", "path", "ignored"),
    [
        (["node_modules"], "node_modules/x/y.js", True),
        (["node_modules"], "src/node_modules/y.js", False),
        (["**/node_modules"], "src/node_modules/y.js", True),
        (["**/node_modules"], "node_modules/y.js", True),
        (["*.md"], "README.md", True),
        (["*.md"], "docs/README.md", False),
        (["**/*.md"], "docs/README.md", True),
        (["docs/**"], "docs/a/b", True),
        (["docs/**"], "docs", False),
        (["/bin"], "bin/x", True),
        (["./bin/"], "bin/x", True),
        (["a?c"], "abc", True),
        (["a?c"], "a/c", False),
        (["[a-c]x"], "bx", True),
        (["*", "!src"], "src/main.py", False),
        (["*", "!src", "src/*.pyc"], "src/main.pyc", True),
        (["# a.txt"], "# a.txt", False),
        (["a.txt"], "aXtxt", False),
    ],
)
def test_ignore_patterns_follow_dockers_rules(tmp_path: Path, lines: list[str], path: str, ignored: bool) -> None:
    (tmp_path / ".dockerignore").write_text("\n".join(lines))
    assert is_ignored(path, patterns_of(tmp_path, tmp_path / "Dockerfile")) is ignored


def test_the_dockerfiles_own_ignore_file_comes_first(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("a")
    (tmp_path / "web.Dockerfile.dockerignore").write_text("b")
    patterns = patterns_of(tmp_path, tmp_path / "web.Dockerfile")
    assert (is_ignored("a", patterns), is_ignored("b", patterns)) == (False, True)


def test_a_pattern_that_is_none_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("fine\n!\n")
    with pytest.raises(ImageError, match=r'unable to parse ".*\.dockerignore".*illegal exclusion pattern'):
        patterns_of(tmp_path, tmp_path / "Dockerfile")


def test_lines_are_brought_into_dockers_normal_form() -> None:
    assert clean_lines(["# no", "", " a/./b/ ", "/c", "! ../d", "/"]) == ["a/b", "c", "!../d", "/"]
