"""The settings of a stack file as the program itself reads them, and all that it would refuse in them."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import pulumi
from pulumi.runtime import set_all_config

from components.platforms.contract import Target
from components.settings import KEYS, Secrets, load_settings, load_sound, read_password
from components.settings_models import Settings
from components.settings_values import parsed
from components.stack_file import StackFile, StackFileError
from ops.checks.finding import Finding, Name, State, of_refusal
from ops.checks.project import Project

_WHY = "pulumi refuses the whole file before it changes anything"


@dataclass(frozen=True)
class Settled:
    """What is known of a stack."""

    project: Project
    stack: StackFile
    settings: Settings | None
    """With stand-ins where the file has mistakes; None when it has too many."""
    secrets: Secrets
    sealed: bool
    """Whether secrets stand in it that nobody could decrypt."""
    broken: frozenset[str] = frozenset()
    """Top keys that have mistakes; what hangs on them is not looked at."""
    findings: tuple[Finding, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    secret: frozenset[str] = frozenset()

    def texts_to_hide(self) -> set[str]:
        """What must never be shown."""
        password = self.secrets.registry_password
        given = {password.get_secret_value()} if password is not None else set[str]()
        if self.sealed:  # all of them are the same word
            return given
        texts = [parsed(self.values[each]) for each in self.secret if each in self.values]
        return given | {leaf for each in texts for leaf in _leaves(each)}


def settle(
    project: Project, stack: StackFile, values: Mapping[str, str], secret: frozenset[str], *, sealed: bool
) -> Settled:
    """Read settings as a deploy would; Pulumi's configuration of this context is then that of the stack.

    Args:
        project: whose stack it is.
        stack: its file.
        values: by full key.
        secret: keys that hold a secret.
        sealed: whether the secrets among them are stand-ins.
    """
    set_all_config({**{f"{project.name}:{key}": "" for key in KEYS}, **values}, [*secret])
    config = pulumi.Config(project.name)
    settings: Settings | None = None
    secrets, broken, findings = Secrets(), frozenset[str](), list[Finding]()

    async def load() -> tuple[Settings, Secrets]:  # outputs, which secrets become, need an event loop
        return load_settings(config, stack, project.folder)

    try:
        with asyncio.Runner() as runner:
            settings, secrets = runner.run(load())
    except StackFileError as refusal:
        where = {each.path[:2] for each in refusal.problems}
        broken = frozenset(str(each[0]) for each in where if each)
        findings = of_refusal(Name.SETTINGS, refusal, _WHY)
        settings, secrets = load_sound(config, stack, where), Secrets(read_password(config))
    if settings is not None and not findings:
        findings = [Finding(Name.SETTINGS, State.OK, _summary(stack, settings))]
    known = (tuple(findings), {**values}, secret)
    return Settled(project, stack, settings, secrets, sealed, broken, *known)


def target_of(settled: Settled) -> Target | None:
    """Where the stack runs, if it says so."""
    return settled.settings.target if settled.settings is not None else None


def _leaves(value: object) -> Iterator[str]:
    """The texts in a value."""
    if isinstance(value, dict):
        value = [*cast("dict[object, object]", value).values()]
    if isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _leaves(each)
    elif value is not None:
        yield str(value)


def _summary(stack: StackFile, settings: Settings) -> str:
    app = settings.app
    reached = f" at {app.host}" if app.host is not None else ""
    return f"{stack.name}: {app.name} in namespace {app.namespace} on {settings.target.value}{reached}"
