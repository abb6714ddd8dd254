"""What `down` takes out of the firewall again."""

import subprocess

import pytest

from sandbox import network, policies


def test_down_removes_the_rules_between_pods_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def run(*command: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        assert text is None
        asked.append(command)
        return subprocess.CompletedProcess(command, 1, "", "")

    monkeypatch.setattr(network, "_run", run)
    network.down()
    removed = {command[3:] for command in asked if command[:3] == ("nft", "delete", "table")}
    made = {tuple(line.split()[1:3]) for line in policies.ruleset([], []).splitlines() if line.endswith("{")}
    assert made >= {("inet", "monadic-sandbox"), ("bridge", "monadic-sandbox")}
    assert {("ip", "monadic-sandbox"), ("inet", "monadic-sandbox"), ("bridge", "monadic-sandbox")} <= removed
