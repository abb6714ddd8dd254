"""What of deployments/settings.yaml cannot work for a stack, found before anything is asked or sent. Pure."""

import re
from collections.abc import Collection, Iterator
from typing import Any, cast

from components.platforms.contract import Target
from components.secret_like import secret_kind
from components.stack_file import Path, Problem, StackFile
from ops.deployments_file import FILE
from ops.deployments_model import DeploymentsFile, StackDeployments
from ops.deployments_stack import DeployedStack
from ops.deployments_trust import LONGEST_SUBJECT, subjects
from ops.expired_production import production
from ops.state import State

_EDIT = (f"edit {FILE}",)
_CLOUDS = {Target.AKS: "azure", Target.EKS: "aws", Target.GKE: "gcp", Target.LOCAL: ""}
_EXAMPLE = re.compile(r"my-organization(/.*)?|0{8}(-0{4}){3}-0{12}|0{12}|arn:.*:0{12}:.*|.*@my-project\..*")
"""Values that nobody has."""


def example_problems(file: DeploymentsFile, names: Collection[str]) -> list[Problem]:
    """Values that still are the committed example's: they are sent nowhere.

    Args:
        file: all of it.
        names: of the stacks that are looked at.
    """
    document = file.model_dump(by_alias=True, mode="json")
    stacks = {name: own for name, own in document.pop("stacks").items() if name in names}
    reason = "is still the example's value; it must be your own"
    texts = [*_texts(document, ()), *_texts(stacks, ("stacks",))]
    return [Problem(path, reason, _EDIT) for path, text in texts if _EXAMPLE.fullmatch(text)]


def _texts(value: Any, above: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield above, value
    elif isinstance(value, dict):
        for key, each in cast("dict[str, Any]", value).items():
            yield from _texts(each, (*above, key))


def stack_problems(own: StackDeployments, stack: DeployedStack) -> list[Problem]:
    """What cannot work for one stack."""
    return [*_runner(own, stack), *_login(own, stack), *_end(own, stack), *_variables(own, stack)]


def _runner(own: StackDeployments, stack: DeployedStack) -> Iterator[Problem]:
    path, file = ("stacks", stack.name), StackFile(stack.name)
    if own.runner_pool is not None:
        return
    if stack.target is Target.LOCAL:
        reason = "runs on a cluster that Pulumi's runners cannot reach; it needs a runnerPool of machines that can"
        yield Problem(path, reason, (f"edit {FILE}: {stack.name}: off",))
        return
    deploys = [name for name, on in (("push", own.push), ("drift.remediate", own.drift and own.drift.remediate)) if on]
    if stack.builds and deploys:
        reason = (
            f"{' and '.join(deploys)}: {file.name} builds its image, and Pulumi's runners have no docker daemon; "
            "build it in CI and deploy it by digest"
        )
        digests = [file.set((*each, "digest"), "sha256:…") for each in stack.builds]
        yield Problem(path, reason, (*digests, f"edit {FILE}: push: false, or a runnerPool with docker"))


def _login(own: StackDeployments, stack: DeployedStack) -> Iterator[Problem]:
    path, cloud = ("stacks", stack.name, "login"), _CLOUDS[stack.target]
    given = [name for name, value in own.login if value is not None]
    wrong = [each for each in given if each != cloud]
    if wrong:
        reason = f"{' and '.join(wrong)}: {StackFile(stack.name).name} deploys to {stack.target}"
        yield Problem(path, f"{reason}, whose login is {cloud}" if cloud else f"{reason}, without a cloud", _EDIT)
    longest = max(map(len, subjects(stack, own)))
    if own.login.gcp and longest > LONGEST_SUBJECT:
        reason = f"a subject has {longest} characters, and Google takes {LONGEST_SUBJECT}: shorten the stack's name"
        yield Problem((*path, "gcp"), reason, (f"pulumi stack rename SHORTER -s {stack.full_name}",))


def _end(own: StackDeployments, stack: DeployedStack) -> Iterator[Problem]:
    because = production(stack.project, {}, stack.values, (), State(written=None)) if own.ttl else None
    if because is not None:
        reason = f"a production stack is never destroyed by itself: {because}"
        yield Problem(("stacks", stack.name, "ttl"), reason, (f"edit {FILE}: ttl: false",))


def _variables(own: StackDeployments, stack: DeployedStack) -> Iterator[Problem]:
    for name, value in own.variables.items():
        if secret_kind(name, value) is not None:
            reason = "looks like a secret, and everybody may read this file"
            command = f"pulumi deployment settings edit -s {stack.full_name} --secret-env {name}=…"
            yield Problem(("stacks", stack.name, "variables", name), reason, (command, *_EDIT))
