"""The commands that pages of docs/ show: whether the real command lines know them, and which test runs them.

A line of a `sh` block is either run by a test, which `RUN` names, or its comment says `needs an account`.
"""

import itertools
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import typer

from components.platforms.contract import Target
from ops.__main__ import app as ops
from sandbox.__main__ import app as sandbox
from tests.stack_files import ROOT
from tests.unit.clouds_page import blocks

NEEDS_ACCOUNT = "needs an account"
MODULES: Mapping[str, typer.Typer] = {"ops": ops, "sandbox": sandbox}
_OF_MAKE = {"up": (sandbox, "up"), "down": (sandbox, "down")}
_OTHERS = {
    "az",
    "aws",
    "gcloud",
    "docker",
    "kubectl",
    "helm",
    "skopeo",
    "curl",
    "sudo",
    "cosign",
    "go",
    "rm",
    "ls",
    "printf",
}
_PULUMI: Mapping[str, frozenset[str]] = {
    "preview": frozenset({"--diff", "--json", "--color", "--non-interactive", "--policy-pack"}),
    "up": frozenset({"--refresh", "--replace"}),
    "refresh": frozenset(),
    "destroy": frozenset(),
    "cancel": frozenset(),
    "login": frozenset({"--local"}),
    "stack": frozenset({"--file", "--no-select", "--preserve-config", "--secrets-provider", "--show-secrets"}),
    "package": frozenset(),
    "config": frozenset({"--path", "--secret", "--type"}),
}
"""Commands of pulumi, and their options beside `-s`."""
_OF_PULL_REQUEST = re.compile(r"^pr-12-")
_ASSIGNMENT = re.compile(r"[A-Z_]+=.*")


@dataclass(frozen=True)
class Shown:
    """One command of a page."""

    command: str
    account: bool
    """Whether the page says that it needs an account."""

    def __str__(self) -> str:
        return self.command


def shown(text: str) -> list[Shown]:
    """The commands in the `sh` blocks of a page, in order."""
    lines = [line for block in blocks("sh", text) for line in block.replace("\\\n", " ").splitlines()]
    found: list[Shown] = []
    for line in lines:
        command, _, comment = re.sub(r"\s+", " ", line).strip().partition(" # ")
        if command and not command.startswith("#"):
            found.append(Shown(command, NEEDS_ACCOUNT in comment))
    return found


def fault(command: str) -> str | None:
    """Why a command cannot be typed as it stands, or None."""
    inner = re.fullmatch(r'eval "\$\((.+)\)"', command)
    if inner is not None:
        return fault(inner[1])
    for part in re.split(r" && | \| ", command):
        wrong = _fault(shlex.split(part))
        if wrong is not None:
            return f"{part}: {wrong}"
    return None


def _fault(words: list[str]) -> str | None:
    while words and _ASSIGNMENT.fullmatch(words[0]):
        words = words[1:]
    if not words or words[0] in {"export", "unset", "cd"}:
        return None
    if words[:2] == [".venv/bin/python", "-m"]:
        return _of_module(words[2], words[3:])
    if words[0] == "make":
        return _of_make(words[1:])
    if words[0] == "pulumi":
        return _of_pulumi(words[1], words[2:])
    return None if words[0] in _OTHERS else "no program that the pages know"


def _of_module(module: str, words: list[str]) -> str | None:
    if module == "pytest":
        return None if all((ROOT / each).exists() for each in words) else "no such test"
    if module in MODULES:
        return _of_typer(MODULES[module], words)
    file = ROOT / module.replace(".", "/")
    return None if file.with_suffix(".py").is_file() or (file / "__main__.py").is_file() else "no such module"


def _of_typer(app: typer.Typer, words: list[str]) -> str | None:
    commands = typer.main.get_group(app).commands
    return _of_command(commands[words[0]], words[1:]) if words and words[0] in commands else "no such command"


def _of_command(command: Any, words: list[str]) -> str | None:
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    unknown = [each for each in words if each.startswith("-") and each not in known]
    return f"no option {unknown[0]}" if unknown else None


def _of_make(words: list[str]) -> str | None:
    target, *rest = words
    if target not in make_targets():
        return "no such target"
    for each in rest:
        name, _, given = each.partition("=")
        if name != "ARGS":
            return f"no variable {name}"
        if target in _OF_MAKE:
            app, verb = _OF_MAKE[target]
            return _of_typer(app, [verb, *shlex.split(given)])
        if given not in {"--whole", "--faults"}:
            return f"nothing that {target} takes"
    return None


def _of_pulumi(verb: str, words: list[str]) -> str | None:
    if verb not in _PULUMI:
        return "no command of pulumi that the pages know"
    stacks = [after for each, after in itertools.pairwise(words) if each == "-s"]
    if any(_OF_PULL_REQUEST.sub("", each) not in set(Target) for each in stacks):
        return "no such stack"
    unknown = [each for each in words if each.startswith("-") and each not in _PULUMI[verb] | {"-s", "--"}]
    return f"no option {unknown[0]}" if unknown else None


def make_targets() -> set[str]:
    """What `make help` lists."""
    return set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
