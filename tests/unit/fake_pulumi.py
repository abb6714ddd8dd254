"""A pulumi on PATH that says what it was told to, and keeps what it was asked."""

import json
from pathlib import Path

import pytest

_SCRIPT = """#!/bin/sh
printf '%s\\n' "$*" >> "{folder}/asked"
case "$1 $2" in
  "stack export") answer=export ;;
  "stack ls") answer=ls ;;
  "stack --show-name") answer=name ;;
  "stack history") answer=history ;;
  "stack import") answer=import ;;
  "cancel "*|"refresh "*|"preview "*|"up "*|"config "*) answer="$1" ;;
  *) answer=whoami ;;
esac
cat "{folder}/$answer.err" >&2 2>/dev/null
cat "{folder}/$answer.out" 2>/dev/null
exit "$(cat "{folder}/$answer.code" 2>/dev/null || echo 0)"
"""


class FakePulumi:
    """Answers by command: `export`, `import`, `ls`, `history`, `name` (of the selected stack), `whoami`, `cancel`, …"""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder / "pulumi"
        (self._folder / "bin").mkdir(parents=True)
        command = self._folder / "bin" / "pulumi"
        command.write_text(_SCRIPT.format(folder=self._folder))
        command.chmod(0o755)
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "Pulumi.yaml").write_text("name: monadic-pipeline\nruntime: python\n")
        self.state = folder / "state"
        monkeypatch.setenv("PATH", f"{self._folder / 'bin'}:/usr/bin:/bin")
        monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{self.state}")
        monkeypatch.chdir(self.project)
        self.answers("ls", "[]")
        self.answers("name", "organization/monadic-pipeline/local\n")

    def answers(self, command: str, out: str = "", *, err: str = "", code: int = 0) -> None:
        for kind, text in (("out", out), ("err", err), ("code", str(code))):
            (self._folder / f"{command}.{kind}").write_text(text)

    def has_stacks(self, *names: str) -> None:
        self.answers("ls", json.dumps([{"name": each, "current": False} for each in names]))

    def refuses(self, said: str, code: int = 255) -> None:
        """The export fails as pulumi fails."""
        self.answers("export", err=f"error: {said}\n", code=code)

    @property
    def asked(self) -> list[str]:
        file = self._folder / "asked"
        return file.read_text().splitlines() if file.exists() else []
