"""Building against a module in which a file is another one: to leave out what the sandbox has no use for."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sandbox.go_install import go_environment
from sandbox.tool_catalogue import ToolSpec

_SECONDS = 60


@contextmanager
def replacement_flags(spec: ToolSpec, run: Callable[[Sequence[str]], list[str]]) -> Generator[list[str]]:
    """Flags for `go list` and `go build`, good inside of the block; none where nothing is replaced.

    Args:
        spec: the tool.
        run: runs a go command in the tool's folder; its lines.
    """
    if not spec.replaced:
        yield []
        return
    with tempfile.TemporaryDirectory(prefix=f"{spec.name}-modules-") as scratch:
        modules = Path(scratch) / "go.mod"
        for name in ("go.mod", "go.sum"):
            shutil.copyfile(spec.folder / name, modules.with_name(name))
        for index, each in enumerate(spec.replaced):
            copy = Path(scratch) / f"module-{index}"
            _copy_writable(_download(each.module, run), copy)
            shutil.copyfile(spec.folder / each.by, copy / each.path)
            _edit(modules, f"-replace={each.module}={copy}")
        yield [f"-modfile={modules}"]


def _download(module: str, run: Callable[[Sequence[str]], list[str]]) -> Path:
    lines = run(["go", "mod", "download", "-json", module])
    return Path(json.loads("".join(line for line in lines if not line.startswith("go: ")))["Dir"])


def _copy_writable(source: Path, target: Path) -> None:
    # Go's own copies are read-only, folders too.
    shutil.copytree(source, target, copy_function=shutil.copyfile)
    for folder in (target, *(each for each in target.rglob("*") if each.is_dir())):
        folder.chmod(0o755)


def _edit(modules: Path, flag: str) -> None:
    command = ["go", "mod", "edit", flag, str(modules)]
    subprocess.run(command, env=go_environment(), capture_output=True, timeout=_SECONDS, check=True)
