"""The user's cache of tools: whole or not there, one builder at a time. Real folders, locks and processes."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.tool_store import ToolStore, content_key, user_store

_KEY = "0123456789abcdef"
_DAY = 86_400


@pytest.fixture
def store(tmp_path: Path) -> ToolStore:
    return ToolStore(tmp_path / "tools")


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A tool's folder."""
    folder = tmp_path / "module"
    (folder / "cmd").mkdir(parents=True)
    (folder / "go.mod").write_text("module tool\n")
    (folder / "cmd" / "main.go").write_text("package main\n")
    return folder


def test_the_same_files_and_circumstances_have_the_same_key(module: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    module.rename(copy)
    before = content_key(copy, ["go1.26"])
    copy.rename(module)
    assert content_key(module, ["go1.26"]) == before
    assert len(before) == 16


def _change(module: Path) -> None:
    (module / "cmd" / "main.go").write_text("package Main\n")


def _add(module: Path) -> None:
    (module / "cmd" / "empty.go").write_text("")


def _rename(module: Path) -> None:
    (module / "cmd" / "main.go").rename(module / "cmd" / "other.go")


def _move_text(module: Path) -> None:
    (module / "cmd" / "main.go").write_text("module tool\n")
    (module / "go.mod").write_text("package main\n")


@pytest.mark.parametrize("edit", [_change, _add, _rename, _move_text])
def test_another_file_is_another_key(module: Path, edit: Callable[[Path], None]) -> None:
    before = content_key(module, [])
    edit(module)
    assert content_key(module, []) != before


def test_another_circumstance_is_another_key(module: Path) -> None:
    keys = [content_key(module, each) for each in ([], ["a"], ["b"], ["a", "b"], ["ab"], ["b", "a"])]
    assert len(set(keys)) == len(keys)


def test_what_was_filled_is_found_whole(store: ToolStore) -> None:
    _fill(store, "kube")
    folder = store.find("kube", _KEY)
    assert folder is not None
    assert (folder / "binary").read_text() == "program"
    assert store.find("kube", "f" * 16) is None
    assert store.find("pulumi", _KEY) is None


def test_a_content_is_not_there_before_it_is_whole(store: ToolStore) -> None:
    with store.locked("kube", _never), store.staging("kube", _KEY) as folder:
        (folder / "half").write_text("a binary")
        assert store.find("kube", _KEY) is None
    assert store.find("kube", _KEY) is not None


def test_a_build_that_fails_leaves_nothing(store: ToolStore) -> None:
    def build() -> None:
        with store.locked("kube", _never), store.staging("kube", _KEY) as folder:
            (folder / "half").write_text("a binary")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build()
    assert [path.name for path in store.root.iterdir()] == ["kube.lock"]


def test_two_builds_of_one_tool_are_kept_apart_and_the_second_is_told_that_it_waits(store: ToolStore) -> None:
    waited = threading.Event()
    events: list[str] = []

    def second() -> None:
        with store.locked("kube", waited.set):
            events.append("second in")

    with store.locked("kube", _never):
        thread = threading.Thread(target=second)
        thread.start()
        assert waited.wait(timeout=10)
        events.append("first out")
    thread.join(timeout=10)
    assert events == ["first out", "second in"]


def test_builds_of_different_tools_do_not_wait_for_each_other(store: ToolStore) -> None:
    with store.locked("kube", _never), store.locked("pulumi", _never):
        pass


def test_the_lock_and_the_scraps_of_a_killed_build_do_not_outlive_it(store: ToolStore) -> None:
    script = f"""
import os
from pathlib import Path
from sandbox.tool_store import ToolStore
store = ToolStore(Path({str(store.root)!r}))
with store.locked("kube", lambda: None), store.staging("kube", {_KEY!r}) as folder:
    (folder / "half").write_text("a binary")
    os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == -9
    assert len(list(store.root.glob(".building-*"))) == 1
    with store.locked("kube", _never):
        assert not list(store.root.glob(".building-*"))
    assert store.find("kube", _KEY) is None


def test_what_nobody_used_for_a_month_is_removed_and_the_rest_is_kept(store: ToolStore) -> None:
    for tool, key, days in (("kube", "a" * 16, 31), ("kube", "b" * 16, 29), ("kube-proxy", "c" * 16, 31)):
        _fill(store, tool, key)
        _age(store.folder(tool, key), days)
    (store.root / "kube-notes").mkdir()
    _age(store.root / "kube-notes", 31)
    with store.locked("kube", _never):
        pass
    left = sorted(path.name for path in store.root.iterdir() if path.is_dir())
    assert left == ["kube-" + "b" * 16, "kube-notes", "kube-proxy-" + "c" * 16]


def test_what_is_found_counts_as_used_now(store: ToolStore) -> None:
    _fill(store, "kube")
    _age(store.folder("kube", _KEY), 31)
    assert store.find("kube", _KEY) is not None
    with store.locked("kube", _never):
        pass
    assert store.find("kube", _KEY) is not None


def test_a_build_of_one_tool_does_not_clean_up_under_another(store: ToolStore) -> None:
    with (
        store.locked("kubernetes-provider", _never),
        store.staging("kubernetes-provider", _KEY) as folder,
        store.locked("kubernetes", _never),
    ):
        assert folder.is_dir()


def test_only_the_owner_reads_the_store_and_a_log_lies_beside_the_contents(store: ToolStore) -> None:
    with store.locked("kube", _never):
        assert store.root.stat().st_mode & 0o777 == 0o700
    assert store.log("kube").parent == store.root


@pytest.mark.parametrize(("setting", "base"), [("/elsewhere", "/elsewhere"), ("relative", None), ("", None)])
def test_the_store_lies_in_the_users_cache(monkeypatch: pytest.MonkeyPatch, setting: str, base: str | None) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", setting)
    expected = Path(base) if base else Path.home() / ".cache"
    assert user_store().root == expected / "monadic-pipeline" / "tools"


def _fill(store: ToolStore, tool: str, key: str = _KEY) -> None:
    with store.locked(tool, _never), store.staging(tool, key) as folder:
        (folder / "binary").write_text("program")


def _age(folder: Path, days: int) -> None:
    then = time.time() - days * _DAY
    os.utime(folder, (then, then))


def _never() -> None:
    message = "nothing to wait for"
    raise AssertionError(message)
