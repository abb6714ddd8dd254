"""What deployments must know of a stack from its file: where it runs, how careful it is, whether it builds an image."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from components.platforms.contract import Target
from components.stack_file import Path, Problem, StackFile
from ops.checks.project import Project, read_stack_file, values_of
from ops.deployments_file import refusal
from pulls.kubelet.objects import Json, part


@dataclass(frozen=True, kw_only=True)
class DeployedStack:
    """A stack as its file describes it."""

    organization: str
    project: str
    name: str
    target: Target
    builds: tuple[Path, ...] = ()
    """The keys of images that an update builds, for which a docker engine is needed."""
    values: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """What its file sets, by full key."""

    @property
    def full_name(self) -> str:
        """`organization/project/stack`, as Pulumi Cloud names it."""
        return f"{self.organization}/{self.project}/{self.name}"


def read_deployed(project: Project, organization: str, name: str) -> DeployedStack:
    """A stack of the project.

    Raises:
        DeploymentsError: it has no file that can be read, or none that says where it runs.
    """
    file = StackFile(name)
    document, wrong = read_stack_file(project, file)
    if wrong is not None:
        make = f"pulumi stack init {organization}/{name} --no-select"
        raise refusal([Problem(("stacks", name), wrong.what, (make,))])
    values, _ = values_of(document)
    given = values.get(f"{project.name}:target", "")
    if given not in set(Target):
        reason = f"{file.name} does not say where the stack runs"
        raise refusal([Problem(("stacks", name), reason, (file.set(("target",), "aks"),))])
    own, beside = _object(values, project.name, "image"), part(_object(values, project.name, "cli"), "image")
    images = {("image",): own, ("cli", "image"): beside}
    return DeployedStack(
        organization=organization,
        project=project.name,
        name=name,
        target=Target(given),
        builds=tuple(path for path, image in images.items() if image.get("context") and not image.get("digest")),
        values=values,
    )


def _object(values: Mapping[str, str], project: str, key: str) -> Json:
    try:
        found: Any = json.loads(values.get(f"{project}:{key}", "{}"))
    except ValueError:
        return {}
    return cast("Json", found) if isinstance(found, dict) else {}
