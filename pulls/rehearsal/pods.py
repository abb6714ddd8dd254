"""The pods of one rehearsal in the cluster: made, looked at, and removed in any case."""

from collections.abc import Callable
from contextlib import suppress

from pulls.classify import Verdict
from pulls.cluster import Cluster, ClusterError, Object
from pulls.kubelet.events import EventIndex
from pulls.kubelet.node_classes import NodeClass
from pulls.pull_secrets import are_there
from pulls.rehearsal.api_errors import FORBIDDEN, denial, may_pass
from pulls.rehearsal.pod import LABEL, Rehearsal, app_pod, pull_secrets, rehearsal_pod
from pulls.rehearsal.removal import remove_pods

_PAUSES = (0.5, 1.0, 2.0)
"""Between the tries to remove what is left."""
_REMOVAL_SECONDS = 5.0
"""After which no further try begins: a silent server may take longer for a single answer."""


class Pods:
    """One rehearsal's pods, by its mark."""

    def __init__(self, cluster: Cluster, rehearsal: Rehearsal, mark: str) -> None:
        self._cluster = cluster
        self._rehearsal = rehearsal
        self._namespace = rehearsal.namespace
        self._mark = mark
        self._own_resources = False
        self._pull_secrets: list[str] = []
        """Of the pods as they were made: one that names none is given those of its service account."""
        self._made: list[str] = []
        self._perhaps_made = False
        """A request to make one ended without a word on whether it did."""

    def create(self, node_class: NodeClass, deadline: int) -> str:
        """Make one; its name.

        Raises:
            ClusterError: refused, or no answer.
        """
        try:
            pod = self._create(node_class, deadline)
        except ClusterError as error:
            self._perhaps_made |= may_pass(error)
            raise
        self._pull_secrets = pull_secrets(pod["spec"])
        self._made.append(pod["metadata"]["name"])
        return self._made[-1]

    def _create(self, node_class: NodeClass, deadline: int) -> Object:
        def pod() -> Object:
            return rehearsal_pod(
                self._rehearsal,
                self._mark,
                labels=node_class.labels,
                without=node_class.without,
                deadline=deadline,
                own_resources=self._own_resources,
            )

        try:
            return self._cluster.create("pods", self._namespace, pod())
        except ClusterError as error:
            if may_pass(error) or self._own_resources:
                raise
            self._own_resources = True  # a LimitRange may ask for more than nothing
            return self._cluster.create("pods", self._namespace, pod())

    def denied_to_the_app(self) -> Verdict | None:
        """The policy that refuses one of the app's own pods too."""
        try:
            self._cluster.create("pods", self._namespace, app_pod(self._rehearsal), dry_run=True)
        except ClusterError as error:
            return denial(error)
        return None

    def seen(self) -> dict[str, Object]:
        """Those that are there, by name.

        Raises:
            ClusterError: refused, or no answer.
        """
        found = self._cluster.list("pods", self._namespace, labels=f"{LABEL}={self._mark}")
        return {each["metadata"]["name"]: each for each in found}

    def events(self, pod: str) -> list[str]:
        """Texts about one, oldest first; none where they may not be read."""
        try:
            found = self._cluster.list("events", self._namespace, fields=f"involvedObject.name={pod}")
        except ClusterError:
            return []
        named = {"kind": "Pod", "metadata": {"name": pod, "namespace": self._namespace}}
        return [each.text for each in reversed(EventIndex(found).about("Pod", named))]

    def has_pull_secrets(self) -> bool:
        """Whether the pods have pull secrets, and each is there, or may be."""
        return are_there(self._cluster, self._namespace, self._pull_secrets)

    def remove(self, pod: str) -> None:
        """Remove one now if that works; `clear` comes back to it."""
        with suppress(ClusterError):
            self._cluster.delete("pods", self._namespace, pod)

    def clear(self, pause: Callable[[float], object], clock: Callable[[], float]) -> ClusterError | None:
        """Remove all, for some seconds: an API server that is busy once must not decide about an update.

        Returns:
            Why pods are left, if some may be.
        """
        if not self._made and not self._perhaps_made:
            return None
        began = clock()
        error = self._clear()
        for seconds in _PAUSES:
            if error is None or not may_pass(error) or clock() - began >= _REMOVAL_SECONDS:
                break
            pause(seconds)
            error = self._clear()
        return error

    def _clear(self) -> ClusterError | None:
        try:
            remove_pods(self._cluster, self._namespace, self._mark)
        except ClusterError as error:
            if error.status != FORBIDDEN:
                return error
            # Whoever may not list pods may still remove those whose names are known.
            return self._remove_by_name() or (error if self._perhaps_made else None)
        return None

    def _remove_by_name(self) -> ClusterError | None:
        kept: ClusterError | None = None
        for name in self._made:
            try:
                self._cluster.delete("pods", self._namespace, name)
            except ClusterError as error:
                kept = error
        return kept
