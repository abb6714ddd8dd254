"""The staged copy of a build context: the same on every machine, and whole or not there."""

import os
import shutil
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components import build_context
from components.build_context import OUTSIDE_DOCKERFILE, TIMESTAMP, StagedBuild, stage
from components.build_inputs import BuildInputs
from components.context_files import hash_file, read_context_files
from components.errors import InvalidValueError
from components.ignore_rules import read_rules

NAMES = st.text(alphabet="ab.c", min_size=1, max_size=4).filter(lambda name: set(name) != {"."})
TREES = st.dictionaries(NAMES.map(lambda name: f"{name}d/{name}"), st.binary(max_size=20), min_size=1, max_size=5)


@contextmanager
def umask(mask: int) -> Generator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def write(folder: Path, tree: dict[str, bytes], mask: int = 0o022) -> Path:
    with umask(mask):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in tree.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    return folder


def read(context: Path, dockerfile: Path | None = None, change: dict[str, str] | None = None) -> BuildInputs:
    changes = change or {}
    file = dockerfile or context / "Dockerfile"
    if not file.exists():
        file.write_text("FROM scratch\n")
    files = read_context_files(context, read_rules(context, file))
    args = {"A": changes.get("arg", "1")}
    target, platform = changes.get("target"), changes.get("platform", "linux/amd64")
    return BuildInputs(files.entries, hash_file(file)[0], args, target, platform)


def staged(root: Path, context: Path, mask: int = 0o022, dockerfile: Path | None = None) -> StagedBuild:
    with umask(mask):
        root.mkdir(exist_ok=True)
        return stage(read(context, dockerfile), context, dockerfile or context / "Dockerfile", root)


def listing(folder: Path) -> list[tuple[str, str, float, bytes]]:
    """Path, mode, time and content of everything, as the docker provider and docker see it."""
    found: list[tuple[str, str, float, bytes]] = []
    for path in sorted(folder.rglob("*")):
        info = path.lstat()
        content = b"" if path.is_dir() else path.read_bytes()
        found.append((path.relative_to(folder).as_posix(), stat.filemode(info.st_mode), info.st_mtime, content))
    return found


@settings(max_examples=25, deadline=None)
@given(TREES, st.sampled_from([0o002, 0o022, 0o077]))
def test_umask_place_and_time_change_neither_tag_nor_copy(tree: dict[str, bytes], mask: int) -> None:
    with TemporaryDirectory() as name:
        here, there = write(Path(name, "here/src"), tree), write(Path(name, "far/away/src"), tree, mask)
        for path in there.rglob("*"):
            os.utime(path, (1, 1))
        first = staged(Path(name, "p1"), here)
        second = staged(Path(name, "p2"), there, mask)
        assert first == second
        assert listing(Path(name, "p1", first.context)) == listing(Path(name, "p2", second.context))


@settings(max_examples=25, deadline=None)
@given(TREES, st.data())
def test_a_changed_byte_or_name_changes_the_tag(tree: dict[str, bytes], data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        context = write(Path(name, "src"), tree)
        before = read(context).tag
        victim = context / data.draw(st.sampled_from(sorted(tree)))
        if data.draw(st.booleans()):
            victim.write_bytes(victim.read_bytes() + b"!")
        else:
            victim.rename(victim.with_name("zz"))
        assert read(context).tag != before


@pytest.mark.parametrize("change", [{"arg": "2"}, {"target": "test"}, {"platform": "linux/arm64"}])
def test_arguments_stage_and_platform_change_the_tag(tmp_path: Path, change: dict[str, str]) -> None:
    context = write(tmp_path / "src", {"a": b"1"})
    assert read(context).tag != read(context, change=change).tag


def test_the_dockerfile_changes_the_tag_also_from_outside(tmp_path: Path) -> None:
    context, dockerfile = write(tmp_path / "src", {"a": b"1"}), tmp_path / "Other.Dockerfile"
    dockerfile.write_text("FROM a")
    before = read(context, dockerfile).tag
    dockerfile.write_text("FROM b")
    assert read(context, dockerfile).tag != before


def test_what_may_be_run_changes_the_tag_and_other_permissions_do_not(tmp_path: Path) -> None:
    context = write(tmp_path / "src", {"run.sh": b"1"})
    before = read(context).tag
    (context / "run.sh").chmod(0o600)
    assert read(context).tag == before
    (context / "run.sh").chmod(0o744)
    assert read(context).tag != before


def test_ignored_files_and_empty_folders_change_nothing_and_stay_behind(tmp_path: Path) -> None:
    context = write(tmp_path / "src", {"a": b"1", ".dockerignore": b"*.log\n"})
    before = staged(tmp_path / "p", context)
    write(context, {"b.log": b"2"})
    (context / "empty").mkdir()
    after = staged(tmp_path / "p", context)
    assert before == after
    assert sorted(each.name for each in (tmp_path / "p" / after.context).iterdir()) == ["Dockerfile", "a"]


def test_a_dockerfile_that_is_ignored_or_elsewhere_is_staged_under_a_fixed_name(tmp_path: Path) -> None:
    context = write(tmp_path / "src", {"a": b"1", ".dockerignore": b"Dockerfile\n"})
    ignored = staged(tmp_path / "p", context)
    elsewhere = tmp_path / "Other"
    elsewhere.write_text("FROM elsewhere\n")
    outside = staged(tmp_path / "p", context, dockerfile=elsewhere)
    for build, text in ((ignored, "FROM scratch\n"), (outside, "FROM elsewhere\n")):
        assert build.dockerfile == f"{build.context}/{OUTSIDE_DOCKERFILE}"
        assert (tmp_path / "p" / build.dockerfile).read_text() == text


def test_paths_are_relative_to_the_project(tmp_path: Path) -> None:
    build = staged(tmp_path / "p", write(tmp_path / "src", {"a": b"1"}))
    assert build.context == f".build/{build.tag}/context"
    assert build.dockerfile == f".build/{build.tag}/context/Dockerfile"


def test_links_are_kept_as_links(tmp_path: Path) -> None:
    context = write(tmp_path / "src", {"a": b"1"})
    (context / "link").symlink_to("a")
    build = staged(tmp_path / "p", context)
    copy = tmp_path / "p" / build.context / "link"
    assert str(copy.readlink()) == "a"
    assert copy.lstat().st_mtime == TIMESTAMP


def test_a_copy_that_was_edited_is_made_again(tmp_path: Path) -> None:
    context = write(tmp_path / "src", {"a": b"1"})
    build = staged(tmp_path / "p", context)
    (tmp_path / "p" / build.context / "a").write_bytes(b"2")
    staged(tmp_path / "p", context)
    assert (tmp_path / "p" / build.context / "a").read_bytes() == b"1"


def test_nothing_half_made_stays_when_a_file_changes_meanwhile(tmp_path: Path) -> None:
    context = write(tmp_path / "src", {"a": b"1"})
    inputs = read(context)
    (context / "a").write_bytes(b"changed")
    (tmp_path / "p").mkdir()
    with pytest.raises(InvalidValueError, match="changed while it was read"):
        stage(inputs, context, context / "Dockerfile", tmp_path / "p")
    assert list((tmp_path / "p" / ".build").iterdir()) == []


def test_a_full_disk_is_found_before_anything_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> SimpleNamespace:
        return SimpleNamespace(free=0)

    monkeypatch.setattr(shutil, "disk_usage", full)
    with pytest.raises(InvalidValueError, match="0 bytes are free") as caught:
        staged(tmp_path / "p", write(tmp_path / "src", {"a": b"1"}))
    assert "docker system prune" in str(caught.value.suggestion)
    assert list((tmp_path / "p" / ".build").iterdir()) == []


def test_old_copies_go_and_the_latest_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = write(tmp_path / "src", {"a": b"0"})
    monkeypatch.setattr(build_context, "_KEPT_SECONDS", -1)
    builds: list[StagedBuild] = []
    for number in range(6):
        (context / "a").write_bytes(str(number).encode())
        builds.append(staged(tmp_path / "p", context))
        os.utime(tmp_path / "p" / ".build" / builds[-1].tag, (number, number))
    left = {each.name for each in (tmp_path / "p" / ".build").iterdir()}
    assert left == {build.tag for build in builds[-4:]}


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = write(tmp_path / "src", {"a": b"1"})

    def refuse(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    inputs_of = read(context)
    assert inputs_of.size > 0
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidValueError, match=r"cannot read Dockerfile in .*Permission denied"):
        read_context_files(context, read_rules(context, context / "Nothing"))
