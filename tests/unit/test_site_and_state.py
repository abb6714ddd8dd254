"""What the sandbox remembers, and how it keeps a part running: real files, threads, sockets and processes."""

import json
import socket
import sys
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from sandbox import holder, processes
from sandbox.errors import SandboxError
from sandbox.site import Site, free_port, listening, proxies, refuse_taken_port
from sandbox.state import Options, Record, State, new_record, private_file, private_json

# A part outlives the object that started it: that is what the sandbox is for.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")

_THREADS = 16
_SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def state(tmp_path: Path) -> Generator[State]:
    """A state folder of its own; what was started in it is ended."""
    state = State(tmp_path / "state")
    yield state
    processes.kill(process for _, process in processes.marked(state.folder))


@pytest.fixture
def site(state: State) -> Site:
    return Site(state, _record(state), tools={})


def test_a_record_is_read_as_it_was_written(state: State) -> None:
    record = _record(state, Options(http_port=9000, cluster="context:mine"))
    record.ports["etcd"] = 1234
    state.write(record)
    assert state.read() == record


def test_without_a_sandbox_there_is_no_record(state: State) -> None:
    assert state.read() is None


@pytest.mark.parametrize("text", ["", "{", "{}", '{"options": {"http_port": "many"}}'])
def test_a_broken_record_is_told_with_its_file_and_what_to_type(state: State, text: str) -> None:
    private_file(state.record_file, text)
    with pytest.raises(
        SandboxError, match=r"(?s)sandbox\.json cannot be read .*type: .venv/bin/python -m sandbox down"
    ):
        state.read()


def test_a_secret_is_kept_and_each_name_has_its_own(state: State) -> None:
    first = state.secret("passphrase")
    assert len(first) >= 32
    assert State(state.folder).secret("passphrase") == first
    assert state.secret("registry-password") != first


def test_only_the_owner_can_read_a_secret(state: State) -> None:
    state.secret("passphrase")
    file = state.folder / "secrets" / "passphrase"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_threads_that_ask_for_a_secret_at_once_get_the_same(state: State) -> None:
    for name in map(str, range(20)):
        assert len(set(_at_once(lambda name=name: state.secret(name)))) == 1


def test_threads_that_write_one_file_at_once_leave_a_whole_one_and_no_scratch(tmp_path: Path) -> None:
    file = tmp_path / "config"
    text = "line\n" * 5_000
    for _ in range(5):
        _at_once(lambda: private_file(file, text))
        assert file.read_text() == text
    assert list(tmp_path.iterdir()) == [file]


def test_a_write_that_fails_keeps_the_old_file_and_leaves_no_scratch(tmp_path: Path) -> None:
    file = tmp_path / "config"
    private_file(file, "old")
    with pytest.raises(UnicodeEncodeError):
        private_file(file, "half a character: \ud800")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_all_could_read_becomes_private(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text("old")
    file.chmod(0o644)
    private_json(file, {"key": ["value"]})
    assert json.loads(file.read_text()) == {"key": ["value"]}
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_second_command_is_refused_while_the_first_works_and_not_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holder, "_MACHINE", tmp_path)  # not the machine's own: another worker may use the sandbox
    with (
        holder.locked(),
        pytest.raises(SandboxError, match="starting or stopping the sandbox right now"),
        holder.locked(),
    ):
        pass
    with holder.locked():
        pass


def test_a_part_keeps_its_port_over_restarts(site: Site) -> None:
    port = site.port("etcd")
    assert site.port("etcd") == port
    record = site.state.read()
    assert record is not None
    assert Site(site.state, record, tools={}).port("etcd") == port


def test_ports_that_people_type_are_the_options(state: State) -> None:
    site = Site(state, _record(state, Options(http_port=9000, registry_port=6000)), tools={})
    assert (site.port("http"), site.port("registry")) == (9000, 6000)


def test_parts_that_start_at_once_get_ports_of_their_own(site: Site) -> None:
    names = [f"part-{number}" for number in range(40)]
    with ThreadPoolExecutor(_THREADS) as pool:
        ports = list(pool.map(site.port, names))
    assert len(set(ports)) == len(names)
    record = site.state.read()
    assert record is not None
    assert record.ports == dict(zip(names, ports, strict=True))


def test_a_port_that_was_promised_already_is_not_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = iter([7001, 7002])

    def offer(_: socket.socket) -> tuple[str, int]:
        return "127.0.0.1", next(offered)

    monkeypatch.setattr(socket.socket, "getsockname", offer)
    assert free_port(taken={7001}) == 7002


def test_a_port_listens_while_its_socket_does() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        assert listening(port)
    assert not listening(port)


def test_a_taken_port_is_told_with_its_holder_and_the_option(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        with pytest.raises(SandboxError) as caught:
            refuse_taken_port(port, option="--http-port", folder=tmp_path)
    assert f"port {port} is in use by " in str(caught.value)
    assert f"python -m sandbox up --http-port {port + 1}" in str(caught.value)
    refuse_taken_port(port, option="--http-port", folder=tmp_path)  # free again


def test_a_port_that_the_sandbox_itself_holds_is_fine(site: Site) -> None:
    port = free_port(taken=set())
    server = f"import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(60)"
    site.keep_running("server", [sys.executable, "-c", server], lambda: listening(port))
    refuse_taken_port(port, option="--http-port", folder=site.state.folder)


def test_a_part_that_runs_and_answers_is_left_alone(site: Site) -> None:
    assert site.keep_running("part", _SLEEPER, lambda: True)
    before = processes.running(site.state.folder, "part")
    assert not site.keep_running("part", _SLEEPER, lambda: True)
    assert before is not None
    assert processes.running(site.state.folder, "part") == before


def test_a_part_with_another_command_is_replaced(site: Site) -> None:
    site.keep_running("part", _SLEEPER, lambda: True)
    before = processes.running(site.state.folder, "part")
    other = [*_SLEEPER, "an option"]
    assert site.keep_running("part", other, lambda: True)
    after = processes.running(site.state.folder, "part")
    assert before is not None
    assert not before.is_running()
    assert after is not None
    assert after.cmdline() == other


def test_a_part_that_does_not_answer_any_more_is_replaced(site: Site) -> None:
    site.keep_running("part", _SLEEPER, lambda: True)
    before = processes.running(site.state.folder, "part")
    answers = iter([False, True])
    assert site.keep_running("part", _SLEEPER, lambda: next(answers))
    assert before is not None
    assert not before.is_running()


def test_a_part_that_ends_is_told_with_its_last_words(site: Site) -> None:
    command = [sys.executable, "-c", "print('no such disk'); raise SystemExit(3)"]
    with pytest.raises(SandboxError) as caught:
        site.keep_running("part", command, lambda: False)
    assert "part ended with exit code 3" in str(caught.value)
    assert "no such disk" in str(caught.value)
    assert str(site.log("part")) in str(caught.value)


def test_a_part_gets_a_home_of_its_own_and_nothing_of_the_users_shell(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/the/users/own")
    show = "import json, os; print(json.dumps({**os.environ, 'CWD': os.getcwd()}))"
    with pytest.raises(SandboxError):
        site.keep_running(
            "part",
            [sys.executable, "-c", show],
            lambda: False,
            environment={"EXTRA": "given"},
            path=[Path("/first")],
        )
    seen = json.loads(site.log("part").read_text())
    home = str(site.state.folder / "homes" / "part")
    assert (seen["HOME"], seen["CWD"], seen["EXTRA"]) == (home, home, "given")
    assert seen["PATH"].startswith("/first:/usr/local/sbin:")
    assert "KUBECONFIG" not in seen


def test_only_the_proxy_settings_of_the_shell_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "localhost")
    assert proxies() == {"no_proxy": "localhost"}


def _record(state: State, options: Options | None = None) -> Record:
    return new_record(options or Options(), "embedded", "for a test", state.folder)


def _at_once(work: Callable[[], object]) -> list[object]:
    gate = threading.Barrier(_THREADS)

    def run(_: int) -> object:
        gate.wait(timeout=10)
        return work()

    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(run, range(_THREADS)))
