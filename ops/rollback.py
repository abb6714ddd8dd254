"""Back to the last good digest of a stack, through Pulumi: by the setting of its digest, and an update."""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ops.good_versions import Version, last_good, updates, versions
from ops.pulumi_cli import Pulumi, PulumiError, find_pulumi
from ops.stack import Stack
from ops.stack_cluster import access, connect_to
from ops.stack_errors import StackError
from ops.stack_workloads import Deployed, workloads
from pulls.cluster import ApiCluster
from pulls.kubelet.objects import Json, text
from pulls.loaded import is_loaded


class Which(StrEnum):
    """What goes back, by the key of its digest."""

    APP = "image.digest"
    CLI = "cli.image.digest"


@dataclass(frozen=True)
class Back:
    """Where a rollback leads."""

    which: Which
    deployed: Deployed
    now: str
    """What the cluster runs, or tries to."""
    good: Version


def has_cli(stack: Stack) -> bool:
    """Whether a CLI runs beside the web API."""
    return bool(_image(stack, Which.CLI))


def find_back(stack: Stack, folder: Path, which: Which) -> Back:
    """The last good version; reads only.

    Raises:
        StackError: the stack is not of this program, has no CLI, or no such version.
        ClusterError: the cluster does not answer, or may not be looked at.
    """
    image = _image(stack, which)
    if which is Which.CLI and not image:
        message = f"the stack {stack.name} runs no CLI; type: pulumi config get cli{stack.option}"
        raise StackError(message)
    if is_loaded(image):
        message = (
            f"the image of {stack.name} is loaded into the nodes and is in no registry, so it has no digest to go back "
            f"to; type: git checkout COMMIT   # of the version before, then: pulumi up{stack.option}"
        )
        raise StackError(message)
    deployed = _of_image(stack, image)
    cluster = connect_to(access(stack.state, deployed.provider))
    known = versions(*_read(cluster, deployed))
    good = last_good(known, updates(_history(stack, find_pulumi(folder))))
    if good is None:
        message = (
            f"{deployed.title} in {deployed.namespace} has no earlier version that an update brought up: "
            f"{len(known)} are known; type: kubectl -n {deployed.namespace} rollout history {deployed.title}"
        )
        raise StackError(message)
    return Back(which, deployed, known[0].image, good)


def go_back(stack: Stack, back: Back, folder: Path, *, aside: bool = False) -> bool:
    """Set the digest in the stack file and update; whether the update came to a good end.

    Args:
        stack: which.
        back: where to.
        folder: of the project.
        aside: let pulumi tell what it does on standard error.

    Raises:
        StackError: the setting cannot be written.
    """
    pulumi, option = find_pulumi(folder), ("--stack", stack.reference)
    try:
        pulumi.change("config", "set", "--path", back.which, back.good.digest, *option)
    except PulumiError:
        message = f"the stack file of {stack.name} cannot be written; type: pulumi config{stack.option}"
        raise StackError(message) from None
    return pulumi.show("up", "--yes", "--skip-preview", *option, aside=aside) == 0


def _image(stack: Stack, which: Which) -> str:
    """By the stack's outputs; empty where they have none."""
    return stack.output("image") if which is Which.APP else text(stack.state.outputs, "cli", "image")


def _of_image(stack: Stack, image: str) -> Deployed:
    # By the repository: after an update that failed, output and Deployment may stand at different digests.
    repository = image.partition("@")[0]
    own = [each for each in workloads(stack.state) if each.kind == "Deployment"]
    found = next((each for each in own if repository and _runs(each, repository)), None)
    if found is None:
        message = (
            f"the stack {stack.name} has no output `image` that one of its Deployments runs, so nobody knows which "
            "setting its digest comes from; type: kubectl rollout undo deployment/NAME   # and mend the program"
        )
        raise StackError(message)
    return found


def _runs(deployed: Deployed, repository: str) -> bool:
    return any(each.partition("@")[0] == repository for each in deployed.images.values())


def _read(cluster: ApiCluster, deployed: Deployed) -> tuple[Json, list[Json]]:
    return (
        cluster.get("deployments", deployed.namespace, deployed.name),
        cluster.list("replicasets", deployed.namespace),
    )


def _history(stack: Stack, pulumi: Pulumi) -> list[Json]:
    try:
        return json.loads(pulumi.run("stack", "history", "--json", "--stack", stack.reference))
    except (PulumiError, ValueError):
        message = f"the history of {stack.name} cannot be read; type: pulumi stack history{stack.option}"
        raise StackError(message) from None
