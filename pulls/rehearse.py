"""The rehearsal: pods that pull the new images, on each class of nodes, before a Deployment is touched.

Run nothing of the app. A pull that fails for good is refused at once; one that may still succeed is tried again with a
fresh pod, as a kubelet waits longer after each failure of the same one.
"""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pulls.causes import Class, Code
from pulls.classify import Verdict, classify
from pulls.cluster import Cluster, ClusterError, Object
from pulls.kubelet.events import EventIndex
from pulls.kubelet.node_classes import NodeClass, node_classes
from pulls.rehearsal.outcome import Budget, Refusal, RefusedError, Report, StoppedError
from pulls.rehearsal.pod import LABEL, Rehearsal, app_pod, images, pull_secrets, rehearsal_pod
from pulls.rehearsal.removal import remove_pods
from pulls.rehearsal.state import Seen, State, pulls, seen, without_sandbox

__all__ = ["Budget", "Refusal", "RefusedError", "Rehearsing", "Report", "StoppedError"]

_LOOK_SECONDS = 0.1
_PLACE_SECONDS = 5.0
"""How long a pod may be without a place before it is given up: a scheduler needs moments, new nodes need minutes."""
_EARLY_SECONDS = 1.0
"""How long a pod may show nothing before its events are read for why it has not even a sandbox."""
_OTHERS_SECONDS = 0.7
"""How long the other classes may still take once one has refused: to say whether it is one or all."""
_RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
_TRY_SECONDS = 40.0
"""What a try after a refusal gets, budget or not: a node gives up a silent registry after 30 s (containerd v2.1.0,
core/remotes/docker/config/hosts.go)."""
_TELLING_MORE = (Code.UNKNOWN, Code.NO_CREDENTIALS)
"""Causes for which an event may name another: the state alone never says that a pull secret is missing."""
_HICCUP_SECONDS = 10.0
"""How long the API server may not answer before the rehearsal is given up."""
_SERVER_ERROR, _NOT_FOUND = 500, 404
_ANY = NodeClass((), ())


@dataclass
class _Try:
    """One class's way through the rehearsal."""

    node_class: NodeClass
    started: float
    pod: str = ""
    tries: int = 0
    again_at: float = 0.0
    done: bool = False
    refusal: Refusal | None = None


class Rehearsing:
    """One run; `run` may be stopped from another thread, and leaves no pod in any case."""

    def __init__(
        self,
        cluster: Cluster,
        rehearsal: Rehearsal,
        budget: Budget,
        *,
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
        mark: str | None = None,
    ) -> None:
        self.mark = mark or secrets.token_hex(4)
        self.stop = threading.Event()
        self._cluster = cluster
        self._rehearsal = rehearsal
        self._budget = budget
        self._say = say
        self._clock = clock
        self._own_resources = False
        self._silent_since: float | None = None
        self._report = Report()

    def run(self) -> Report:
        """Pull on each class of nodes.

        Raises:
            RefusedError: a class cannot pull.
            StoppedError: `stop` was set.
            ClusterError: the cluster does not answer, or refuses the pods for a reason that is none of theirs.
        """
        start = self._clock()
        self._report.classes = self._classes()
        tries = [_Try(each, start) for each in self._report.classes]
        try:
            self._until_all_are_done(tries, start)
        finally:
            self._report.seconds = self._clock() - start
            remove_pods(self._cluster, self._rehearsal.namespace, self.mark)
        if self.stop.is_set():
            raise StoppedError
        refusals = [each.refusal for each in tries if each.refusal is not None]
        if refusals:
            raise RefusedError(refusals, self._report)
        return self._report

    def _classes(self) -> list[NodeClass]:
        try:
            found = node_classes(self._cluster.list("nodes"), self._rehearsal.pod_spec)
        except ClusterError:  # whoever deploys an app need not be allowed to look at nodes
            return [_ANY]
        return found or [_ANY]

    def _until_all_are_done(self, tries: Sequence[_Try], start: float) -> None:
        first_refusal: float | None = None
        while not self.stop.is_set():
            now = self._clock()
            self._step(tries, start)
            if first_refusal is None and any(each.refusal for each in tries):
                first_refusal = now
            late = first_refusal is not None and now - first_refusal >= _OTHERS_SECONDS
            if late or all(each.done for each in tries):
                return
            self.stop.wait(_LOOK_SECONDS)

    def _step(self, tries: Sequence[_Try], start: float) -> None:
        now = self._clock()
        try:
            self._start_pods([each for each in tries if not each.done and not each.pod and now >= each.again_at], start)
            self._look(tries, start)
        except ClusterError as error:
            # An API server may be restarted, or moved, while somebody deploys.
            since = self._silent_since = self._silent_since if self._silent_since is not None else now
            if 0 < error.status < _SERVER_ERROR or now - since >= _HICCUP_SECONDS:
                raise
        else:
            self._silent_since = None

    def _start_pods(self, tries: Sequence[_Try], start: float) -> None:
        deadline = int(max(self._budget.seconds - (self._clock() - start), 0)) + int(_TRY_SECONDS) + 20
        for each in tries:
            try:
                pod = self._create(each.node_class, deadline)
            except ClusterError as error:
                if not error.status:
                    raise
                self._after_rejection(each, error, self._clock() - start)
                continue
            each.pod, each.tries, each.started = pod["metadata"]["name"], each.tries + 1, self._clock()

    def _after_rejection(self, attempt: _Try, error: ClusterError, spent: float) -> None:
        """A quota or a policy refused the rehearsal pod.

        The app's own pods may pass it, and are told of if they do not; but a policy that refuses them too need not
        wait for the rollout.
        """
        verdict = self._own_pod_denied() if _admission(error) is not None else None
        if verdict is None:
            self._give_up(attempt, f"the cluster does not take a rehearsal pod: {error}")
            return
        image = next(iter(images(self._rehearsal.pod_spec)), None)
        attempt.refusal = Refusal(attempt.node_class, Seen(State.REFUSED, None, image, verdict), spent, 1)
        attempt.done = True

    def _own_pod_denied(self) -> Verdict | None:
        try:
            self._cluster.create("pods", self._rehearsal.namespace, app_pod(self._rehearsal), dry_run=True)
        except ClusterError as error:
            return _admission(error)
        return None

    def _create(self, node_class: NodeClass, deadline: int) -> Object:
        def pod() -> Object:
            return rehearsal_pod(
                self._rehearsal,
                self.mark,
                labels=node_class.labels,
                deadline=deadline,
                own_resources=self._own_resources,
            )

        namespace = self._rehearsal.namespace
        try:
            return self._cluster.create("pods", namespace, pod())
        except ClusterError as error:
            if not error.status or self._own_resources:
                raise
            self._own_resources = True  # a LimitRange may ask for more than nothing
            return self._cluster.create("pods", namespace, pod())

    def _look(self, tries: Sequence[_Try], start: float) -> None:
        namespace = self._rehearsal.namespace
        pods = {
            each["metadata"]["name"]: each
            for each in self._cluster.list("pods", namespace, labels=f"{LABEL}={self.mark}")
        }
        for each in tries:
            if each.pod in pods and not each.done:
                self._judge(each, pods[each.pod], start)
            elif each.pod and not each.done:
                self._after_loss(each, self._clock() - start)

    def _judge(self, attempt: _Try, pod: Object, start: float) -> None:
        found = seen(pod, ())
        if found.state == State.REFUSED and found.verdict is not None and found.verdict.code in _TELLING_MORE:
            found = seen(pod, self._events(attempt.pod))
        now = self._clock()
        if found.state == State.WAITING and now - attempt.started >= _EARLY_SECONDS:
            found = without_sandbox(found, self._events(attempt.pod))
        spent = now - start
        if found.state == State.PULLED:
            attempt.done = True
            self._report.pulled.append(attempt.node_class)
            self._report.pulls += pulls(self._events(attempt.pod))
        elif found.state == State.REFUSED:
            self._after_refusal(attempt, found, spent)
        elif found.state == State.NO_PLACE and now - attempt.started >= min(_PLACE_SECONDS, self._budget.seconds):
            self._give_up(attempt, f"no place for a rehearsal pod: {found.text}")
        elif found.state == State.WAITING and self._is_slow(attempt, spent):
            self._report.slow.append(attempt.node_class)
            self._give_up(
                attempt, f"the pull takes longer than {self._budget.seconds:.0f} s; the rollout goes on with it"
            )

    def _is_slow(self, attempt: _Try, spent: float) -> bool:
        """Whether the budget is over and nothing is refused; a try that began late after a refusal may still be."""
        had_time = attempt.tries == 1 or self._clock() - attempt.started >= _TRY_SECONDS
        return spent >= self._budget.seconds and had_time

    def _after_loss(self, attempt: _Try, spent: float) -> None:
        """Somebody else removed the pod: a drain, a clean-up."""
        if spent >= self._budget.seconds:
            self._give_up(attempt, "its rehearsal pod was removed by somebody else")
        attempt.again_at = self._clock() + _RETRY_SECONDS[-1]
        attempt.pod = ""

    def _after_refusal(self, attempt: _Try, found: Seen, spent: float) -> None:
        kind = self._class_of(found)
        window = self._budget.fresh_seconds if kind == Class.PROPAGATING else self._budget.seconds
        if kind == Class.PERMANENT or spent >= window:
            attempt.refusal = Refusal(attempt.node_class, found, spent, attempt.tries)
            attempt.done = True
            return
        if attempt.tries == 1 and found.verdict is not None:
            self._say(f"{found.verdict.code}: {found.verdict.evidence}; trying again for up to {window - spent:.0f} s")
        pause = _RETRY_SECONDS[min(attempt.tries, len(_RETRY_SECONDS)) - 1]
        attempt.again_at = self._clock() + pause
        with suppress(ClusterError):
            self._cluster.delete("pods", self._rehearsal.namespace, attempt.pod)
        attempt.pod = ""

    def _class_of(self, found: Seen) -> Class | None:
        if found.verdict is None:
            return None
        # A kubelet says so too when it could not read the secret in time, or does not know yet that it was made.
        if found.verdict.code is Code.PULL_SECRET_MISSING and self._has_pull_secrets():
            return Class.TRANSIENT
        return found.verdict.kind

    def _has_pull_secrets(self) -> bool:
        names = pull_secrets(self._rehearsal.pod_spec)
        for name in names:
            try:
                self._cluster.get("secrets", self._rehearsal.namespace, name)
            except ClusterError as error:
                if error.status == _NOT_FOUND:
                    return False
        return bool(names)

    def _events(self, pod: str) -> list[str]:
        """Texts, oldest first."""
        try:
            found = self._cluster.list("events", self._rehearsal.namespace, fields=f"involvedObject.name={pod}")
        except ClusterError:
            return []
        named = {"kind": "Pod", "metadata": {"name": pod, "namespace": self._rehearsal.namespace}}
        return [each.text for each in reversed(EventIndex(found).about("Pod", named))]

    def _give_up(self, attempt: _Try, why: str) -> None:
        attempt.done = True
        self._report.warnings.append(f"{attempt.node_class.name}: {why}")


def _admission(error: ClusterError) -> Verdict | None:
    verdict = classify("FailedCreate", f"Error creating: {error}")
    return verdict if verdict.code is Code.ADMISSION_DENIED else None
