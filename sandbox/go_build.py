"""Builds one tool from its Go module: download, compile, copy what lies beside; progress from go's own lines."""

import os
import queue
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from sandbox import build_failures
from sandbox.build_progress import BuildState, Display
from sandbox.errors import SandboxError
from sandbox.go_install import GoInstall, go_environment
from sandbox.go_replace import replacement_flags
from sandbox.tool_catalogue import ToolSpec

_TICK = 0.25
_STALE = "stale "
_OTHER_JOBS_GB = 0.7
"""What a compiler of an ordinary package takes at most."""


def build_flags(spec: ToolSpec) -> list[str]:
    """What decides how the binary comes out: no paths of this machine, no debug information."""
    values = "".join(f" -X {variable}={text}" for variable, text in sorted(spec.link_values.items()))
    return ["-trimpath", "-gcflags=all=-dwarf=false", f"-ldflags=-s -w{values}"]


def parallel_jobs(spec: ToolSpec, *, cores: int, free_gb: float) -> int:
    """How many compilers may run at once, so that the largest package still fits into memory."""
    return cores if free_gb >= spec.memory_gb + (cores - 1) * _OTHER_JOBS_GB else 1


@dataclass
class GoBuild:
    """One build of one tool."""

    spec: ToolSpec
    go: GoInstall
    display: Display
    log: Path
    _lines: list[str] = field(default_factory=list[str])

    def run(self, target: Path) -> None:
        """Build into the folder `target`.

        Raises:
            SandboxError: it failed; the message has the cause, the last lines and the log.
        """
        self.log.unlink(missing_ok=True)
        with replacement_flags(self.spec, self._output) as flags:
            total, stale = self._download(flags)
            self._compile(target, flags, stale, self.spec.minutes * stale / max(total, 1))
        for file in self.spec.files:
            shutil.copyfile(self._module_folder(file.module) / file.path, target / Path(file.path).name)

    def _download(self, flags: Sequence[str]) -> tuple[int, int]:
        """Fetch the modules that the packages need; how many packages there are, and how many are not compiled yet."""
        modules = 0
        counts = {"all": 0, "stale": 0}
        form = f"package {{{{if .Stale}}}}{_STALE}{{{{end}}}}{{{{.ImportPath}}}}"
        command = ["go", "list", *flags, *build_flags(self.spec), "-deps", "-f", form, *self.spec.packages]
        started = time.monotonic()
        for line in self._stream(command):
            modules += line.startswith("go: downloading ")
            counts["all"] += line.startswith("package ")
            counts["stale"] += line.startswith(f"package {_STALE}")
            seconds = time.monotonic() - started
            self.display.show(
                BuildState(self.spec.label, "downloading modules of", seconds, done=modules, unit="module")
            )
        return counts["all"], counts["stale"]

    def _compile(self, target: Path, flags: Sequence[str], stale: int, minutes: float) -> None:
        free_gb = psutil.virtual_memory().available / 1e9
        jobs = parallel_jobs(self.spec, cores=os.cpu_count() or 1, free_gb=free_gb)
        several = len(self.spec.packages) > 1
        output = f"{target}/" if several else str(target / self.spec.binaries[0])
        command = [
            "go",
            "build",
            "-v",
            f"-p={jobs}",
            *flags,
            *build_flags(self.spec),
            "-o",
            output,
            *self.spec.packages,
        ]
        started = time.monotonic()
        done = 0
        for line in self._stream(command):
            done += bool(line)
            phase = "building" if done < stale else "linking"
            self.display.show(
                BuildState(
                    self.spec.label,
                    phase,
                    time.monotonic() - started,
                    minutes,
                    min(done, stale),
                    stale,
                    "package",
                )
            )

    def _module_folder(self, module: str) -> Path:
        (line,) = self._output(["go", "list", "-m", "-f", "{{.Dir}}", module])
        return Path(line)

    def _output(self, command: Sequence[str]) -> list[str]:
        return [text for text in self._stream(command) if text]

    def _stream(self, command: Sequence[str]) -> Iterator[str]:
        """The command's lines as they come, and an empty one at each tick without a line."""
        with self.log.open("a") as log, _running(command, self.spec.folder) as process:
            for line in _lines_and_ticks(process):
                if line:
                    self._lines.append(line)
                    log.write(f"{line}\n")
                yield line
        if process.returncode:
            raise SandboxError(self._explain())

    def _explain(self) -> str:
        output = [line for line in self._lines if not line.startswith(("package ", "go: downloading "))]
        return build_failures.explain(
            self.spec.label, output, log=self.log, proxy=self.go.proxy, build_cache=self.go.build_cache
        )


@contextmanager
def _running(command: Sequence[str], folder: Path) -> Generator[subprocess.Popen[str]]:
    """A process in a group of its own, so that its compilers end with it whatever happens here."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=go_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


def _lines_and_ticks(process: subprocess.Popen[str]) -> Iterator[str]:
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    reader = threading.Thread(target=_read, args=(process, lines.put), daemon=True)
    reader.start()
    while True:
        try:
            line = lines.get(timeout=_TICK)
        except queue.Empty:
            yield ""
            continue
        if line is None:
            process.wait()
            reader.join()
            return
        yield line


def _read(process: subprocess.Popen[str], put: Callable[[str | None], None]) -> None:
    with suppress(ValueError):  # closed under us when the build is interrupted
        for line in process.stdout or ():
            put(line.rstrip("\n"))
    put(None)
