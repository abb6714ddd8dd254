"""The Go on this machine, and whether it is new enough. Standard library only."""

import json
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_FIELDS = ("GOVERSION", "GOOS", "GOARCH", "CGO_ENABLED", "GOPROXY", "GOCACHE", "GOMODCACHE")


@dataclass(frozen=True)
class GoInstall:
    """What `go env` says."""

    version: tuple[int, int, int]
    platform: str
    """`linux/amd64`."""
    cgo: str
    proxy: str
    build_cache: Path
    module_cache: Path

    @property
    def text(self) -> str:
        """The version as people write it."""
        return version_text(self.version)


def go_environment() -> dict[str, str]:
    """The environment for every `go` command.

    A user's GOTOOLCHAIN stands; else the installed Go is the one that builds, so that nothing is downloaded unasked.
    """
    return {"GOTOOLCHAIN": "local", **os.environ, "GOFLAGS": "-mod=readonly -buildvcs=false", "GOWORK": "off"}


def installed_go() -> GoInstall | None:
    """The Go on PATH, or None."""
    try:
        done = subprocess.run(
            ["go", "env", "-json", *_FIELDS],
            env=go_environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        values: dict[str, str] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return GoInstall(
        version=parse_version(values["GOVERSION"]),
        platform=f"{values['GOOS']}/{values['GOARCH']}",
        cgo=values["CGO_ENABLED"],
        proxy=values["GOPROXY"],
        build_cache=Path(values["GOCACHE"]),
        module_cache=Path(values["GOMODCACHE"]),
    )


def parse_version(text: str) -> tuple[int, int, int]:
    """`go1.26.8`, `1.26` or `go1.27rc1` → (1, 26, 8), (1, 26, 0), (1, 27, 0); anything else is (0, 0, 0)."""
    found = re.match(r"(?:go)?(\d+)\.(\d+)(?:\.(\d+))?", text)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else (0, 0, 0)


def version_text(version: tuple[int, int, int]) -> str:
    """(1, 26, 6) → `1.26.6`."""
    return ".".join(str(part) for part in version)


def required_go(modules: Iterable[Path]) -> tuple[int, int, int]:
    """The highest `go` line of these module folders' go.mod."""
    lines = (re.search(r"(?m)^go (\S+)", (module / "go.mod").read_text()) for module in modules)
    return max((parse_version(line[1]) for line in lines if line), default=(0, 0, 0))


def missing_go(go: GoInstall | None, required: tuple[int, int, int]) -> str | None:
    """What is wrong with this machine's Go and what to do about it, or None when it will do."""
    if go is not None and go.version >= required:
        return None
    wanted = version_text(required)
    by_itself = f"set GOTOOLCHAIN=go{wanted}, and your Go downloads that version by itself"
    if go is None:
        return f"Go is not on PATH; install Go {wanted} or newer from https://go.dev/dl/"
    extra = f", or {by_itself}" if go.version >= (1, 21, 0) else ""
    return f"Go {go.text} is too old; install Go {wanted} or newer from https://go.dev/dl/{extra}"
