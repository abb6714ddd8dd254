"""What a check found, for a person and for a script. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from components.errors import ConfigError
from components.stack_file import Problem, StackFileError, path_text

_NOTHING_CHANGED = "; nothing was changed"
_HIDDEN = "***"
_SHORTEST_SECRET = 4
"""Characters: a shorter one would be found in many a harmless word."""


class Name(StrEnum):
    """What was looked at; stable, for scripts."""

    PYTHON = "python"
    PULUMI = "pulumi"
    PLUGINS = "pulumi.plugins"
    KUBECTL = "kubectl"
    STACK = "stack"
    SETTINGS = "stack.settings"
    SECRETS = "stack.secrets"
    LOCK = "stack.lock"
    DOCKER = "docker"
    CONTEXT = "image.context"
    DISK = "image.disk"
    IMAGE = "image.digest"
    REGISTRY = "registry"
    LOGIN = "registry.login"
    PUSH = "registry.push"
    PULL = "registry.pull"
    SERVICES = "services"
    CLUSTER_CONTEXT = "cluster.context"
    CLUSTER = "cluster"
    RIGHTS = "cluster.rights"
    NODES = "cluster.nodes"
    INGRESS = "cluster.ingress"
    CLOUD_TOOLS = "cloud.tools"
    CLOUD_LOGIN = "cloud.login"
    CLOUD_ACCOUNT = "cloud.account"
    CLOUD_CLUSTER = "cloud.cluster"
    QUOTA = "cloud.quota"


class State(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    """A deploy may work, and somebody should know."""
    PROBLEM = "problem"
    """A deploy fails."""
    UNKNOWN = "unknown"
    """It could not be looked at."""


@dataclass(frozen=True)
class Finding:
    """One thing that a deploy needs, and how it is."""

    check: Name
    state: State
    what: str
    why: str = ""
    """Why it matters; empty when it is well."""
    commands: tuple[str, ...] = ()
    """What to type, the likeliest first."""

    def without(self, secrets: Iterable[str]) -> "Finding":
        """The same, with every one of these texts hidden."""
        hidden = [each for each in secrets if len(each) >= _SHORTEST_SECRET]
        commands = tuple(_without(each, hidden) for each in self.commands)
        return replace(self, what=_without(self.what, hidden), commands=commands)


def ok(check: Name, what: str) -> list[Finding]:
    """All is well."""
    return [Finding(check, State.OK, what)]


def of_problem(check: Name, problem: Problem, why: str, state: State = State.PROBLEM) -> Finding:
    """A mistake as the program says it at preview."""
    # As in Problem: a lone key is the whole key, whatever is in it.
    where = str(problem.path[0]) if len(problem.path) == 1 else path_text(problem.path)
    # The name of the check says it, too.
    told = where in (check.value, check.value.partition(".")[0])
    return Finding(check, state, problem.message if told else f"{where}: {problem.message}", why, problem.commands)


def of_refusal(check: Name, refusal: ConfigError, why: str) -> list[Finding]:
    """What the program would refuse at preview, each mistake by itself."""
    if isinstance(refusal, StackFileError):
        return [of_problem(check, each, why) for each in refusal.problems]
    first, *rest = str(refusal).splitlines() or [""]
    commands = tuple(each.strip() for each in rest if each.strip())
    what = first.removesuffix(_NOTHING_CHANGED).removeprefix(f"{check.value}: ")
    return [Finding(check, State.PROBLEM, what, why, commands)]


def _without(text: str, secrets: Iterable[str]) -> str:
    for each in sorted(secrets, key=len, reverse=True):
        text = text.replace(each, _HIDDEN)
    return text
