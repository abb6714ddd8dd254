"""The staged copy of a build context: the same on every machine, and whole or not there."""

import os
import shutil
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components import build_context
from components.build_context import OUTSIDE_DOCKERFILE, StagedBuild, stage
from components.build_inputs import FILE_MODE, BuildInputs, Entry
from components.context_files import hash_file, path_among, read_context_files, read_dockerfile
from components.errors import InvalidValueError
from components.ignore_rules import read_rules
from components.staged_copy import TIMESTAMP
from sandbox.engine.ignore_patterns import is_ignored, patterns_of

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
    path = path_among(files.entries, context, file)
    return BuildInputs(files.entries, hash_file(file)[0], path, args, target, platform)


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


@pytest.fixture
def apart(tmp_path: Path) -> tuple[Path, Path]:
    """A context, and a Dockerfile beside it with the text of the context's own."""
    context = write(tmp_path / "src", {"a": b"1", "Dockerfile": b"FROM scratch\n"})
    return context, write(tmp_path / "other", {"Dockerfile": b"FROM scratch\n"}) / "Dockerfile"


def test_a_dockerfile_that_is_ignored_or_elsewhere_is_staged_under_a_fixed_name(tmp_path: Path) -> None:
    context = write(tmp_path / "src", {"a": b"1", ".dockerignore": b"Dockerfile\n"})
    ignored = staged(tmp_path / "p", context)
    elsewhere = tmp_path / "Other"
    elsewhere.write_text("FROM elsewhere\n")
    outside = staged(tmp_path / "p", context, dockerfile=elsewhere)
    for build, text in ((ignored, "FROM scratch\n"), (outside, "FROM elsewhere\n")):
        assert build.dockerfile == f"{build.context}/{OUTSIDE_DOCKERFILE}"
        assert (tmp_path / "p" / build.dockerfile).read_text() == text


def test_docker_leaves_a_dockerfile_from_elsewhere_out_of_what_copy_sees(
    tmp_path: Path, apart: tuple[Path, Path]
) -> None:
    context, dockerfile = apart
    build = staged(tmp_path / "p", context, dockerfile=dockerfile)
    copy = tmp_path / "p" / build.context
    patterns = patterns_of(copy, tmp_path / "p" / build.dockerfile)
    assert {each.name for each in copy.iterdir() if not is_ignored(each.name, patterns)} == {"a", "Dockerfile"}


def test_a_dockerfile_of_the_context_and_one_with_its_text_elsewhere_are_two_builds(
    tmp_path: Path, apart: tuple[Path, Path]
) -> None:
    context, dockerfile = apart
    inside = staged(tmp_path / "p", context)
    outside = staged(tmp_path / "p", context, dockerfile=dockerfile)
    assert inside.tag != outside.tag
    for build in (inside, outside):
        assert (tmp_path / "p" / build.dockerfile).is_file()
    assert not (tmp_path / "p" / inside.context / OUTSIDE_DOCKERFILE).exists()


@pytest.mark.parametrize("missing", [OUTSIDE_DOCKERFILE, ".dockerignore", "a"])
def test_a_copy_without_one_of_its_files_is_made_again(tmp_path: Path, apart: tuple[Path, Path], missing: str) -> None:
    context, dockerfile = apart
    build = staged(tmp_path / "p", context, dockerfile=dockerfile)
    before = listing(tmp_path / "p" / build.context)
    (tmp_path / "p" / build.context / missing).unlink()
    assert staged(tmp_path / "p", context, dockerfile=dockerfile) == build
    assert listing(tmp_path / "p" / build.context) == before


@pytest.mark.parametrize("taken", [OUTSIDE_DOCKERFILE, f"{OUTSIDE_DOCKERFILE}.dockerignore", f"{OUTSIDE_DOCKERFILE}/x"])
def test_a_file_of_the_context_keeps_its_name(tmp_path: Path, apart: tuple[Path, Path], taken: str) -> None:
    context, dockerfile = apart
    write(context, {taken: b"mine"})
    build = staged(tmp_path / "p", context, dockerfile=dockerfile)
    assert (tmp_path / "p" / build.context / taken).read_bytes() == b"mine"
    assert build.dockerfile == f"{build.context}/{OUTSIDE_DOCKERFILE}_"
    assert (tmp_path / "p" / build.dockerfile).read_text() == "FROM scratch\n"


def test_the_dockerfile_of_a_context_is_found_however_the_way_to_it_is_spelt(tmp_path: Path) -> None:
    context = write(tmp_path / "src", {"docker/Dockerfile": b"FROM scratch\n"})
    (tmp_path / "link").symlink_to("src")
    (tmp_path / "p").mkdir()
    for here in (context, tmp_path / "link", tmp_path / "p" / ".." / "src"):
        for dockerfile in (
            context / "docker/Dockerfile",
            here / "docker/Dockerfile",
            here / "docker/../docker/Dockerfile",
        ):
            build = staged(tmp_path / "p", here, dockerfile=dockerfile)
            assert build.dockerfile == f"{build.context}/docker/Dockerfile"


def test_the_tag_of_a_known_content_stays() -> None:
    # Another one would build, push and roll out each app again whose Dockerfile is not part of its context.
    entry = Entry("app.py", FILE_MODE, 1, "0" * 64)
    assert (
        BuildInputs((entry,), "1" * 64, None, {"A": "1"}, None, "linux/amd64").tag == "35eaec13fb88f7e5953e7857aaa66253"
    )


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


def stray(copy: Path) -> None:
    (copy / "stray").write_bytes(b"")


def stray_folder(copy: Path) -> None:
    (copy / "empty").mkdir()


def another_mode(copy: Path) -> None:
    (copy / "a").chmod(0o755)


def another_mode_of_a_folder(copy: Path) -> None:
    (copy / "folder").chmod(0o700)


def another_target(copy: Path) -> None:
    (copy / "link").unlink()
    (copy / "link").symlink_to("b")
    os.utime(copy / "link", (TIMESTAMP, TIMESTAMP), follow_symlinks=False)


def a_link_for_a_file(copy: Path) -> None:
    (copy / "b").unlink()
    (copy / "b").symlink_to("a")
    os.utime(copy / "b", (TIMESTAMP, TIMESTAMP), follow_symlinks=False)


@pytest.mark.parametrize(
    "change", [stray, stray_folder, another_mode, another_mode_of_a_folder, another_target, a_link_for_a_file]
)
def test_a_copy_that_is_not_what_was_staged_is_made_again(tmp_path: Path, change: Callable[[Path], None]) -> None:
    context = write(tmp_path / "src", {"a": b"1", "b": b"1", "folder/c": b"3"})
    (context / "link").symlink_to("a")
    copy = tmp_path / "p" / staged(tmp_path / "p", context).context
    before = listing(copy)
    change(copy)
    staged(tmp_path / "p", context)
    assert listing(copy) == before


def test_a_whole_copy_is_used_as_it_is(tmp_path: Path) -> None:
    context = write(tmp_path / "src", {"a": b"1", "folder/c": b"3"})
    (context / "link").symlink_to("a")
    copy = tmp_path / "p" / staged(tmp_path / "p", context).context
    before = copy.stat().st_ino
    staged(tmp_path / "p", context)
    assert copy.stat().st_ino == before


def test_a_copy_that_cannot_be_replaced_is_not_built_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = write(tmp_path / "src", {"a": b"1"})
    copy = tmp_path / "p" / staged(tmp_path / "p", context).context
    (copy / "stray").touch()

    def keep(*_: object, **__: object) -> None:
        pass

    monkeypatch.setattr(shutil, "rmtree", keep)
    with pytest.raises(InvalidValueError, match="cannot put the staged copy at") as caught:
        staged(tmp_path / "p", context)
    assert caught.value.suggestion is not None
    assert caught.value.suggestion.startswith(f"rm -rf {copy.parent}")


def test_a_project_that_cannot_be_written_to_is_one_message(tmp_path: Path) -> None:
    context = write(tmp_path / "src", {"a": b"1"})
    write(tmp_path / "p", {".build": b"a file"})
    with pytest.raises(InvalidValueError, match="cannot stage a copy below") as caught:
        staged(tmp_path / "p", context)
    assert f"ls -ld {tmp_path}/p/.build" in str(caught.value.suggestion)


def test_nothing_half_made_stays_when_a_file_changes_meanwhile(tmp_path: Path) -> None:
    context = write(tmp_path / "src", {"a": b"1"})
    inputs = read(context)
    (context / "a").write_bytes(b"changed")
    (tmp_path / "p").mkdir()
    with pytest.raises(InvalidValueError, match="changed while it was read; run the command again") as caught:
        stage(inputs, context, context / "Dockerfile", tmp_path / "p")
    assert str(caught.value.suggestion).startswith(f"ls -l {context}/a ")
    assert list((tmp_path / "p" / ".build").iterdir()) == []


def test_a_file_that_went_meanwhile_is_one_message_and_nothing_half_made_stays(tmp_path: Path) -> None:
    context = write(tmp_path / "src", {"a file": b"1"})
    inputs = read(context)
    (context / "a file").unlink()
    (tmp_path / "p").mkdir()
    with pytest.raises(InvalidValueError, match=r"cannot copy .*/a file: No such file") as caught:
        stage(inputs, context, context / "Dockerfile", tmp_path / "p")
    assert str(caught.value.suggestion).startswith(f"ls -ld '{context}/a file' ")
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
    context = write(tmp_path / "src", {"a": b"1", "Dockerfile": b"2"})
    rules = read_rules(context, context / "Nothing")

    def refuse(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidValueError, match=r"cannot read Dockerfile in .*Permission denied") as caught:
        read_context_files(context, rules)
    assert f"ls -ld {context}/Dockerfile" in str(caught.value.suggestion)
    with pytest.raises(InvalidValueError, match=rf"cannot read {context}/Dockerfile: Permission denied") as caught:
        read_dockerfile(context / "Dockerfile")
    assert f"ls -ld {context}/Dockerfile" in str(caught.value.suggestion)
