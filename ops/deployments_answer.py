"""Looks at Pulumi Cloud, tells what differs, and with --yes makes it so; reads it back, as half of it is no success."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from components.stack_file import Problem
from ops.checks.project import Project, read_project
from ops.deployments_document import document
from ops.deployments_file import FILE, DeploymentsError, read_file, refusal
from ops.deployments_health import COMMAND, findings
from ops.deployments_model import DeploymentsFile, StackDeployments
from ops.deployments_place import place
from ops.deployments_plan import Held, Plan, plan
from ops.deployments_problems import example_problems, stack_problems
from ops.deployments_service import Service
from ops.deployments_show import done, next_rows, plan_rows, trust_rows
from ops.deployments_stack import DeployedStack, read_deployed
from ops.deployments_trust import subjects, trust_commands, trust_steps
from ops.diagnose import Health
from ops.stack_errors import StackError
from ops.stack_finding import health_of
from ops.stack_show import GOOD, Row, show
from ops.state import State, StateError, read_state
from ops.streams import failed, standard_output
from pulls.kubelet.objects import Json

Chosen = list[tuple[DeployedStack, StackDeployments]]


def answer(name: str | None, folder: Path, *, yes: bool, trust: bool, as_document: bool) -> int:
    """Look, tell, and with `yes` do; the exit code.

    Args:
        name: of one stack; None for all that the file names.
        folder: in the project.
        yes: whether to do it.
        trust: only print what makes the clouds trust the runs.
        as_document: as JSON.

    Raises:
        OSError: it cannot be written.
        NoStreamError: there is no standard output.
    """
    try:
        project = read_project(folder)
        file = read_file(project.folder)
        chosen = _chosen(project, file, name)
        if trust:
            return _trust(file, chosen, as_document=as_document)
        _check(file, chosen)
        return _run(file, chosen, place(project, os.environ), name, yes=yes, as_document=as_document)
    except (DeploymentsError, StackError) as error:
        return failed(str(error))


def _chosen(project: Project, file: DeploymentsFile, name: str | None) -> Chosen:
    if name is not None and file.stacks.get(name) is None:
        state = "is off in" if name in file.stacks else "is not in"
        there = ", ".join(each for each, own in file.stacks.items() if own is not None)
        message = f"the stack {name} {state} {FILE}, which has {there or 'none'}; edit {FILE}"
        raise DeploymentsError(message)
    wanted = {each: own for each, own in file.stacks.items() if own is not None and name in (None, each)}
    return [(read_deployed(project, file.organization, each), own) for each, own in wanted.items()]


def _check(file: DeploymentsFile, chosen: Chosen) -> None:
    problems: list[Problem] = example_problems(file, [stack.name for stack, _ in chosen])
    for stack, own in chosen:
        problems += stack_problems(own, stack)
    if problems:
        raise refusal(problems)


def _trust(file: DeploymentsFile, chosen: Chosen, *, as_document: bool) -> int:
    # Ids that only exist after the first commands may still be the example's; who the runs are must be known.
    problems = [each for each in example_problems(file, ()) if each.path == ("organization",)]
    problems += [each for stack, own in chosen for each in stack_problems(own, stack) if "login" in each.path]
    if problems:
        raise refusal(problems)
    if as_document:
        _print(document(chosen, {}, (), ()))
    else:
        for stack, own in chosen:
            show(trust_rows(stack.full_name, subjects(stack, own), trust_steps(stack, own)), standard_output())
    return Health.HEALTHY


def _run(
    file: DeploymentsFile, chosen: Chosen, service: Service, name: str | None, *, yes: bool, as_document: bool
) -> int:
    def say(*rows: Row) -> None:
        if not as_document:
            show(rows, standard_output())

    # All are looked at before anything is sent: what cannot be read, or may not be, stops before the first change.
    plans = {stack.name: _look(file, stack, own, service) for stack, own in chosen}
    for each in plans.values():
        say(*plan_rows(each))
    left = [each for each in chosen if not plans[each[0].name].is_empty]
    going = left if yes else []
    found = [] if going else findings(plans.values())
    if not going:
        say(*next_rows(name, [stack.name for stack, _ in left]))
    standard_output().flush()
    for stack, own in going:
        _do(plans[stack.name], service)
        _verify(_look(file, stack, own, service))
        say(Row("done", f"{stack.full_name} is as the file says, and was read back", GOOD))
    if going:
        say(*_trusting(chosen))
    if as_document:
        _print(document(chosen, plans, [stack.name for stack, _ in going], found))
    return health_of(found)


def _trusting(chosen: Chosen) -> list[Row]:
    trust = [stack.name for stack, own in chosen if trust_commands(stack, own)]
    return [Row("trust", f"{COMMAND} --trust   # for {', '.join(trust)}")] if trust else []


def _print(told: Json) -> None:
    print(json.dumps(told, indent=2), file=standard_output())


def _look(file: DeploymentsFile, stack: DeployedStack, own: StackDeployments, service: Service) -> Plan:
    name = stack.full_name
    there, settings = service.stack(name), service.settings(name)
    schedules = service.schedules(name) if settings is not None else []
    runs = service.last_runs(name) if settings is not None else {}
    state = _state(name, service.exported(name)) if own.ttl else State(written=None)
    held = Held(stack=there, settings=settings, schedules=schedules, runs=runs, state=state)
    return plan(file, own, stack, held, datetime.now(UTC))


def _state(name: str, exported: bytes) -> State:
    try:
        return read_state(exported.decode(errors="replace"))
    except StateError as error:
        message = f"the state of {name} cannot be read: {error}; type: pulumi stack export -s {name} --file /dev/null"
        raise DeploymentsError(message) from None


def _do(found: Plan, service: Service) -> None:
    """One step after the other; a failure says what of them is done."""
    name = found.stack.full_name
    steps: dict[str, Callable[[], None]] = {}
    if found.patch:  # first, as a stack without settings takes no schedule
        steps["the settings are set"] = lambda: service.patch(name, found.patch)
    for each in found.moves:
        if each.body is None:
            steps[f"{done(each)} ({each.id})"] = lambda move=each: service.remove(name, move.kind, move.id)
        elif each.id:
            body = each.body
            steps[done(each)] = lambda move=each, body=body: service.change(name, move.kind, move.id, body)
        else:
            body = each.body
            steps[done(each)] = lambda move=each, body=body: service.make(name, move.kind, body)
    _in_order(name, steps)


def _in_order(name: str, steps: Mapping[str, Callable[[], None]]) -> None:
    so_far: list[str] = []
    for words, step in steps.items():
        try:
            step()
        except DeploymentsError as error:
            before = f"; of {name} so far: {', '.join(so_far)}" if so_far else f"; nothing of {name} was changed"
            raise DeploymentsError(f"{error}{before}") from None  # noqa: EM102 - its own words first
        so_far.append(words)


def _verify(again: Plan) -> None:
    if again.is_empty:
        return
    left = [each.path for each in again.changes] + [f"{each.kind} schedule" for each in again.moves]
    message = (
        f"{again.stack.full_name} was changed, and the service does not keep all of it: {', '.join(left)}; "
        f"type: pulumi deployment settings get -s {again.stack.full_name}"
    )
    raise DeploymentsError(message)
