"""The order in which all that a deploy needs is looked at, side by side where it can be.

What preflight would refuse comes from preflight's own parts; the rest is asked of whoever would refuse it later.
"""

import shlex
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from components.cli_image import each_image
from components.cli_stack_file import CliStackFile
from components.settings_models import LocalSettings
from components.stack_file import StackFile
from ops.checks import backend, cloud, tools
from ops.checks.cloud_cluster import check_cloud_cluster
from ops.checks.cloud_registry import check_cloud_registry
from ops.checks.cluster import check_cluster_of
from ops.checks.finding import Finding, Name, State
from ops.checks.project import Project, read_project, read_stack_file, stacks_of, values_of
from ops.checks.pulumi_values import SECONDS, Asked, ask_secrets, ask_settings, selected_stack
from ops.checks.registry import check_registry
from ops.checks.report import Report
from ops.checks.run import Check, Findings, Running, await_all, start
from ops.checks.services import check_outside
from ops.checks.settled import Settled, settle
from ops.checks.source import check_context, check_docker
from ops.stack_errors import StackError
from ops.stack_lock import read_locks

Say = Callable[[Sequence[str]], None]
"""Told the names of the checks that are waited for."""

_SPARE = 1.0
"""Seconds more than what a check asks may take, so that it says itself what was late."""
_LOCAL = 4.0
_READING = 30.0
"""For a build context, which may be large."""
_SDK = 20.0
"""For a cloud's SDK, which is loaded to say what preflight says."""


def examine(start_folder: Path, wanted: str | None, say: Say) -> Report:
    """Look at everything.

    Args:
        start_folder: in the project.
        wanted: the stack; None for the selected one.
        say: told of what is waited for.

    Raises:
        StackError: there is no project, or no stack is selected.
    """
    began = time.monotonic()
    project = read_project(start_folder)
    running = [
        start(Check(Name.PYTHON, partial(tools.check_python, project), _LOCAL)),
        start(Check(Name.PULUMI, partial(tools.check_pulumi, project), tools.SECONDS + _SPARE)),
        start(Check(Name.KUBECTL, tools.check_kubectl, tools.SECONDS + _SPARE)),
    ]
    stack = None if not project.is_ours and wanted is None else _stack(project, wanted)
    settled, found = (None, [_foreign(project)]) if not project.is_ours else _of_stack(project, stack, running, say)
    running += [start(each) for each in _checks(settled)] if settled is not None else []
    await_all(running, say)
    found += [finding for each in running for finding in each.findings()]
    return _report(stack, settled, found, time.monotonic() - began)


def _stack(project: Project, wanted: str | None) -> StackFile:
    name = wanted or selected_stack(project, backend.backend_of(project, *tools.here()) or "")
    if name is None:
        there = stacks_of(project)
        files = f"; there are files of {', '.join(there)}" if there else ""
        example = shlex.quote(there[-1]) if there else "NAME"
        message = f"no stack is selected{files}; type: .venv/bin/python -m ops doctor -s {example}"
        raise StackError(message)
    return StackFile(name)


def _foreign(project: Project) -> Finding:
    what = f"{project.name} is no project with this program's stack files, so only this machine was looked at"
    return Finding(Name.STACK, State.UNKNOWN, what, "its settings are its own program's", ("pulumi preview",))


def _of_stack(
    project: Project, stack: StackFile | None, running: list[Running], say: Say
) -> tuple[Settled | None, list[Finding]]:
    """What is known of a stack, and what is wrong with it beside what `running` will say."""
    assert stack is not None
    document, wrong = read_stack_file(project, stack)
    if wrong is not None:
        return None, [wrong]
    asked = _ask_pulumi(project, stack, document, running, say)
    values, secret = values_of(document)
    sealed = bool(secret) and asked.values is None
    settled = settle(project, stack, asked.values or values, asked.secret or secret, sealed=sealed)
    return settled, [*asked.findings, *settled.findings]


def _ask_pulumi(
    project: Project, stack: StackFile, document: Mapping[str, Any], running: list[Running], say: Say
) -> Asked:
    """What only Pulumi knows: whether the state can be read, is there, is locked, and what is encrypted."""
    environment, home = tools.here()
    url = backend.backend_of(project, environment, home)
    if url is None:
        return Asked(findings=(backend.no_backend(),))
    held = backend.lock_findings(read_locks(url, project.name, stack.short), stack.stack)
    passphrase = backend.missing_passphrase(url, document, environment)
    if passphrase is not None:
        return Asked(findings=(*held, passphrase))
    if shutil.which("pulumi") is None:  # said of Pulumi itself
        return Asked(findings=tuple(held))
    running.append(start(Check(Name.SECRETS, partial(ask_secrets, project, stack), SECONDS + _SPARE)))
    if not values_of(document)[1] and "environment" not in document:
        return Asked(findings=tuple(held))  # the file says it all, and sooner
    got: list[Asked] = []

    def ask() -> Findings:
        got.append(ask_settings(project, stack))
        return got[0].findings

    asking = start(Check(Name.SETTINGS, ask, SECONDS + _SPARE))
    await_all([asking], say)
    said = tuple(asking.findings())
    return Asked(got[0].values, got[0].secret, (*held, *said)) if got else Asked(findings=(*held, *said))


def _checks(settled: Settled) -> list[Check]:
    """What is looked at once the settings are known; nothing of what has mistakes."""
    settings, stack, broken = settled.settings, settled.stack, settled.broken
    if settings is None:
        return []
    images = [each.image for each in each_image(settings)]
    built = [each for each in images if each.digest is None]
    builds = bool(built)
    environment, home = tools.here()
    found = [
        Check(Name.PLUGINS, partial(tools.check_plugins, settings.target, environment, home, builds=builds), _LOCAL)
    ]
    if "image" not in broken:
        context = partial(check_context, settings.image, stack, settled.project.folder)
        found += [
            Check(Name.DOCKER, partial(check_docker, (built or images)[0], stack), _LOCAL),
            Check(Name.CONTEXT, context, _READING),
        ]
    for each in [] if "cli" in broken else images[1:]:
        of_cli = partial(check_context, each, CliStackFile(stack.stack), settled.project.folder)
        found.append(Check(Name.CONTEXT, of_cli, _READING))
    if not broken & {"image", "registry", "registryPassword"}:
        found.append(Check(Name.REGISTRY, partial(check_registry, settled), _LOCAL))
    if "services" not in broken:
        found.append(Check(Name.SERVICES, partial(check_outside, settings.services, stack), _LOCAL))
    if not isinstance(settings, LocalSettings):
        return [*found, *_of_cloud(settled)]
    return [*found, *([] if "cluster" in broken else [Check(Name.CLUSTER, partial(check_cluster_of, settled), _LOCAL)])]


def _of_cloud(settled: Settled) -> list[Check]:
    assert settled.settings is not None
    target = settled.settings.target
    asked = [
        Check(each.check, partial(cloud.check_question, each, settled), cloud.SECONDS + _SPARE)
        for each in cloud.cloud_questions(settled)
    ]
    return [
        Check(Name.CLOUD_LOGIN, partial(cloud.check_preflight, settled), _SDK),
        Check(Name.CLOUD_TOOLS, partial(cloud.check_programs, target), 2 * cloud.SECONDS + _SPARE),
        Check(Name.CLOUD_ACCOUNT, partial(cloud.not_asked, target, settled.stack), _LOCAL),
        Check(Name.PUSH, partial(check_cloud_registry, settled), 3 * cloud.SECONDS + _SPARE),
        Check(Name.CLUSTER, partial(check_cloud_cluster, settled), 2 * cloud.SECONDS + _SPARE),
        *asked,
    ]


def _report(stack: StackFile | None, settled: Settled | None, found: Iterable[Finding], seconds: float) -> Report:
    hidden = settled.texts_to_hide() if settled is not None else set[str]()
    order = list(Name)
    each_once = list(dict.fromkeys(each.without(hidden) for each in found))
    wrong = {each.check for each in each_once if each.state is State.PROBLEM}
    # Nothing is well of which something else says that it is not.
    kept = [each for each in each_once if each.state is not State.OK or each.check not in wrong]
    target = settled.settings.target.value if settled is not None and settled.settings is not None else None
    return Report(
        stack.stack if stack is not None else None,
        target,
        sorted(kept, key=lambda each: order.index(each.check)),
        seconds,
    )
