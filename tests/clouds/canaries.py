"""Planted secrets, and everything that runs of Pulumi show, keep or leave behind, searched for them.

What is kept where it must be known is not searched: the cluster's own store and its Secrets, the accounts of a
simulated registry, and what Pulumi encrypted.
"""

import base64
import json
import os
import secrets
import subprocess
import tempfile
import time
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil

from tests.clouds.sky import Sky
from tests.e2e.project import Project, Run

CLOUD_TOKEN = "simulated.eyJ"
"""How every token of the simulated clouds begins; see sandbox/clouds/tokens.py."""
_DEBUG = {"PULUMI_DEBUG_COMMANDS": "true"}
"""With it pulumi has the option `--event-log` (pkg/cmd/pulumi/operations/up.go)."""
_SHOWN = "all,configmaps,events,ingresses,serviceaccounts"
_SKIPPED = frozenset({".venv", ".git", "plugins", "tests", "foreign.json"})
_LARGEST = 64 << 20
_GZIP = b"\x1f\x8b"
_PRIVATE = (b"PRIVATE KEY", b"client-key-data", b'"auth":')
"""Signs of a file that holds a key or a login."""


def plant(stack: Project, key: str = "appSecrets.API_KEY", value: str | None = None) -> str:
    """Put a secret into a stack file as a person does, so that no list of processes shows it; its text."""
    text = value or f"canary{secrets.token_hex(8)}"
    path = ["--path"] if "." in key else []
    command = ["pulumi", "config", "set", "--secret", *path, key, "-s", stack.stack, "--non-interactive"]
    done = subprocess.run(
        command, cwd=stack.folder, env=stack.environment, input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert text not in stack.stack_file.read_text()
    return text


@dataclass
class Traces:
    """What the runs of one stack leave of its secrets, from now on."""

    stack: Project
    sky: Sky
    canaries: Mapping[str, str]
    """What it is → its text."""
    said: dict[str, str] = field(default_factory=dict[str, str])
    before: frozenset[Path] = field(default_factory=lambda: frozenset(Path(tempfile.gettempdir()).iterdir()))
    since: float = field(default_factory=time.time)

    def run(self, *words: str, extra: Mapping[str, str] | None = None) -> Run:
        """Run pulumi with a log of its events, and remember what it prints."""
        number = len(self.said)
        events = self.stack.folder.with_name(f"{self.stack.folder.name}-{number}.events")
        done = self.stack.pulumi(*words, "--event-log", str(events), extra={**_DEBUG, **(extra or {})})
        self.said[f"{number} pulumi {words[0]}"] = done.output
        assert events.exists(), done.output
        self.said[f"{number} events of pulumi {words[0]}"] = events.read_text()
        return done

    def up(self) -> Run:
        """`pulumi up`."""
        return self.run("up", "--yes", "--skip-preview")

    def leaks(self) -> list[str]:
        """Where a canary can be read, and which; never its text."""
        for words in (("stack", "export"), ("stack", "output", "--json")):
            self.said[" ".join(words)] = self.stack.pulumi(*words).output
        self.said["kubectl get"] = json.dumps(self.stack.kubectl("get", _SHOWN))
        texts = [(where, text.encode()) for where, text in self.said.items()]
        written = (each for each in self._files() if _changed(each) >= self.since)
        wanted = {name: forms(text) for name, text in self.canaries.items()}
        kept = list(_found(_texts(written), wanted))
        others = folders_in_use()
        kept = [(name, where) for name, where in kept if stays(Path(where), others)]
        return sorted({f"{name} in {where}" for name, where in (*_found(texts, wanted), *kept)})

    def open_files(self) -> list[str]:
        """What holds keys or logins and may be read by others than its owner: such files, and Pulumi's own folders."""
        state = self.stack.state
        private = [state.kubeconfig, state.passphrase, state.docker_config / "config.json"]
        private += [*(state.folder / "secrets").iterdir(), self.sky.folder / "world.json"]
        private += [state.pulumi_home, state.pulumi_state, self.sky.folder]
        assert all(each.exists() for each in private)
        own = [state.folder / each for each in ("kubeconfigs", "node-logins")]
        folders = (state.certificates, self.sky.folder, state.pulumi_home, *own)
        texts = _texts(file for folder in folders for file in _below(folder))
        private += [Path(where) for where, text in texts if any(sign in text for sign in _PRIVATE)]
        return sorted({f"{each}: {_mode(each):o}" for each in private if _mode(each) & 0o077})

    def _files(self) -> Iterator[Path]:
        state = self.stack.state
        for folder in (self.stack.folder, state.pulumi_home, state.pulumi_state, state.logs, self.sky.folder):
            yield from _below(folder)
        for each in sorted({*Path(tempfile.gettempdir()).iterdir()} - self.before):
            if not each.name.startswith("pytest-"):
                yield from _below(each)


def forms(text: str) -> frozenset[bytes]:
    """How a text may stand in another one: as it is, in a URL, and in base64 wherever in the encoded text it begins."""
    plain = text.encode()
    found = {plain, quote(text, safe="").encode()}
    for shift in range(3):
        bits = 8 * shift
        encoded = base64.b64encode(bytes(shift) + plain + bytes(3))
        # Without the characters at both ends that hold bits of what stands beside it.
        whole = encoded[-(-bits // 6) : (bits + 8 * len(plain)) // 6]
        found |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}
    return frozenset(found)


def _found(texts: Iterable[tuple[str, bytes]], wanted: Mapping[str, frozenset[bytes]]) -> Iterator[tuple[str, str]]:
    """What, and where."""
    for where, text in texts:
        for name, ways in wanted.items():
            if any(way in text for way in ways):
                yield name, where


def folders_in_use() -> frozenset[Path]:
    """Temporary folders of running commands. They are other stacks', as each of ours has ended, and hold logins."""
    found: set[Path] = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            folder = process.environ().get("TMPDIR")
            found |= {Path(folder)} if folder else set()
    return frozenset(found)


def stays(file: Path, others: Collection[Path]) -> bool:
    """Whether it is there after all commands, and none that runs now removes it at its end."""
    return file.exists() and not any(folder in others for folder in file.parents)


def _texts(files: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for file in files:
        # Others' files may go meanwhile, and some are sockets.
        with suppress(OSError):
            if file.is_file() and file.stat().st_size <= _LARGEST:
                data = file.read_bytes()
                yield str(file), _unpacked(data) if data.startswith(_GZIP) else data


def _unpacked(data: bytes) -> bytes:
    """Of a log that may still be written to."""
    with suppress(zlib.error):
        return zlib.decompressobj(wbits=31).decompress(data)
    return data


def _below(place: Path) -> Iterator[Path]:
    if not place.is_dir():
        yield place
        return
    for folder, names, files in os.walk(place):
        names[:] = [each for each in names if each not in _SKIPPED]
        yield from (Path(folder, each) for each in files if each not in _SKIPPED)


def _changed(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:  # gone meanwhile, or a link to nothing
        return 0.0


def _mode(file: Path) -> int:
    try:
        return file.stat().st_mode & 0o777
    except OSError:
        return 0
