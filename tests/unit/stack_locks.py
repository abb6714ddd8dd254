"""Lock files of a stack, as pulumi writes them where the state lies in a folder."""

import json
import os
import socket
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from tests.unit.fake_pulumi import FakePulumi


def lock(pulumi: FakePulumi, name: str = "a", **content: object) -> Path:
    """One of the stack `local`; of this process, and of now, where nothing else is said."""
    return lock_of(pulumi.state, "local", name, **content)


def lock_of(state: Path, stack: str, name: str = "a", **content: object) -> Path:
    """One of a stack whose state lies in a folder."""
    folder = state / ".pulumi/locks/organization/monadic-pipeline" / stack
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).isoformat()
    usual = {"pid": os.getpid(), "username": "me", "hostname": socket.gethostname(), "timestamp": now}
    file = folder / f"{name}.json"
    file.write_text(json.dumps({**usual, **content}))
    return file


def dead_process() -> int:
    """Number of a process that has ended."""
    with subprocess.Popen(["true"]) as child:
        child.wait()
    return child.pid
