"""Says why a model could not be pulled: the words of the server, which a Job's own failure leaves out."""

from collections.abc import Iterable
from contextlib import suppress

import pulumi

from components.background import in_background
from components.rollout_guard import RolloutGuardArgs
from components.services.service import Model
from pulls.cluster import ClusterError, Object, connect_text
from pulls.kubelet.objects import items, text
from pulls.text.redact import redact

_LAST_LINES = 3


def model_failure(model: Model, pods: Iterable[Object]) -> str:
    """The message for a person.

    Args:
        model: what was pulled.
        pods: those that tried.
    """
    said = [
        message
        for pod in pods
        for each in items(pod, "status", "containerStatuses")
        if (message := text(each, "state", "terminated", "message").strip())
    ]
    words = redact(" ".join(said[-1].splitlines()[-_LAST_LINES:])) if said else "its pods left no word"
    return f"the model {model.name!r} was not pulled: {words}; for another one, type: {model.advice}"


def after_failed_pull(
    component: pulumi.Resource, job: str, namespace: pulumi.Input[str], model: Model, guard: RolloutGuardArgs
) -> pulumi.ErrorHook:
    """A hook for the Job's failure.

    Args:
        component: in whose name it speaks.
        job: its name in the cluster.
        namespace: that it is in.
        model: what it pulls.
        guard: has the cluster's kubeconfig.
    """

    async def explain(args: pulumi.ErrorHookArgs) -> bool:
        _ = args
        kubeconfig = await pulumi.Output.from_input(guard["kubeconfig"]).future() or ""
        where = await pulumi.Output.from_input(namespace).future() or ""

        def look() -> list[Object]:
            return connect_text(kubeconfig, guard.get("context")).list("pods", where, labels=f"job-name={job}")

        with suppress(ClusterError):
            pulumi.log.error(model_failure(model, await in_background(look)), component)
        return False  # the Job has tried again by itself

    return pulumi.ErrorHook(f"{job}-failed-pull", explain)
