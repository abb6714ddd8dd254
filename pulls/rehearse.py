"""The rehearsal: pods that pull the new images, on each class of nodes, before a workload is touched.

Run nothing of the app. A pull that fails for good is refused at once; one that may still succeed is tried again with a
fresh pod, as a kubelet waits longer after each failure of the same one.
"""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pulls.causes import Class, Code
from pulls.classify import Verdict
from pulls.cluster import Cluster, ClusterError, Object
from pulls.kubelet.node_classes import NodeClass, node_classes
from pulls.loaded import is_loaded
from pulls.rehearsal.api_errors import FORBIDDEN, denial, may_pass
from pulls.rehearsal.outcome import Budget, Refusal, RefusedError, Report, StoppedError
from pulls.rehearsal.pod import LABEL, Rehearsal, images
from pulls.rehearsal.pods import Pods
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
_TELLING_MORE = (Code.UNKNOWN, Code.NO_CREDENTIALS, Code.FORBIDDEN, Code.NOT_FOUND)
"""Causes for which an event may name another: the state alone never says that a pull secret is missing, and without
it some registries answer that the image is forbidden, or is not there."""
_HICCUP_SECONDS = 10.0
"""How long the API server may fail before it counts: it may be restarted, or moved, while somebody deploys."""
_HICCUP_PAUSE = 0.5
_ANY = NodeClass((), ())


@dataclass
class _Try:
    """One class's way through the rehearsal."""

    node_class: NodeClass
    started: float
    pod: str = ""
    tries: int = 0
    again_at: float = 0.0
    podless_since: float | None = None
    """When the cluster first failed to make its pod."""
    done: bool = False
    told: Seen | None = None
    """The last refusal that came with the pod's pull secrets, or for want of one that is not there."""
    refusal: Refusal | None = None


class Rehearsing:
    """One run; `run` may be stopped from another thread, and leaves no pod if the cluster lets it remove them."""

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
        self._pods = Pods(cluster, rehearsal, self.mark)
        self._has_loaded = any(map(is_loaded, images(rehearsal.pod_spec)))
        self._silent_since: float | None = None
        self._report = Report()

    def run(self) -> Report:
        """Pull on each class of nodes.

        Raises:
            RefusedError: a class cannot pull.
            StoppedError: `stop` was set.
            ClusterError: the cluster does not answer for some seconds, or refuses to know who asks.
        """
        start = self._clock()
        self._report.classes = self._classes()
        tries = [_Try(each, start) for each in self._report.classes]
        try:
            self._until_all_are_done(tries, start)
        finally:
            self._report.seconds = self._clock() - start
            self._clear()
        if self.stop.is_set():
            raise StoppedError
        refusals = [each.refusal for each in tries if each.refusal is not None]
        if refusals:
            raise RefusedError(refusals, self._report)
        return self._report

    def _classes(self) -> list[NodeClass]:
        since = self._clock()
        while True:
            try:
                nodes = self._cluster.list("nodes")
                return node_classes(nodes, self._rehearsal.pod_spec, apart=self._has_loaded) or [_ANY]
            except ClusterError as error:
                late = self._clock() - since >= _HICCUP_SECONDS
                # Whoever deploys an app need not be allowed to look at nodes.
                if late or not may_pass(error) or self.stop.wait(_HICCUP_PAUSE):
                    return [_ANY]

    def _clear(self) -> None:
        """Remove the pods; what cannot be removed is a warning, and must not hide how the rehearsal ended."""
        error = self._pods.clear(self.stop.wait, self._clock)
        if error is None:
            return
        self._report.pods_left = True
        remedy = f"kubectl -n {self._rehearsal.namespace} delete pods -l {LABEL}={self.mark}"
        what = "may not remove its pods" if error.status == FORBIDDEN else "could not remove its pods yet"
        self._report.warnings.append(f"{what}; they run nothing, and this removes them: {remedy} ({error})")

    def _until_all_are_done(self, tries: Sequence[_Try], start: float) -> None:
        first_refusal: float | None = None
        while not self.stop.is_set():
            now = self._clock()
            self._start_pods([each for each in tries if not each.done and not each.pod and now >= each.again_at], start)
            self._look([each for each in tries if not each.done and each.pod], start)
            if first_refusal is None and any(each.refusal for each in tries):
                first_refusal = now
            late = first_refusal is not None and now - first_refusal >= _OTHERS_SECONDS
            if late or all(each.done for each in tries):
                return
            self.stop.wait(_LOOK_SECONDS)

    def _start_pods(self, tries: Sequence[_Try], start: float) -> None:
        deadline = int(max(self._budget.seconds - (self._clock() - start), 0)) + int(_TRY_SECONDS) + 20
        for each in tries:
            try:
                pod = self._pods.create(each.node_class, deadline)
            except ClusterError as error:
                self._after_no_pod(each, error, self._clock() - start)
                continue
            each.pod, each.tries, each.started = pod, each.tries + 1, self._clock()
            each.podless_since = None

    def _after_no_pod(self, attempt: _Try, error: ClusterError, spent: float) -> None:
        now = self._clock()
        since = attempt.podless_since = now if attempt.podless_since is None else attempt.podless_since
        if may_pass(error) and now - since < _HICCUP_SECONDS:
            attempt.again_at = now + _HICCUP_PAUSE
        elif error.status:
            self._after_rejection(attempt, error, spent)
        else:
            raise error

    def _after_rejection(self, attempt: _Try, error: ClusterError, spent: float) -> None:
        """A quota, a policy or a missing right refused the rehearsal pod.

        The app's own pods may pass it, and are told of if they do not; but a policy that refuses them too need not
        wait for the rollout.
        """
        verdict = self._pods.denied_to_the_app() if denial(error) is not None else None
        if verdict is None:
            self._give_up(attempt, f"the cluster does not take a rehearsal pod: {error}")
            return
        image = next(iter(images(self._rehearsal.pod_spec)), None)
        attempt.refusal = Refusal(attempt.node_class, Seen(State.REFUSED, None, image, verdict), spent, 1)
        attempt.done = True

    def _look(self, tries: Sequence[_Try], start: float) -> None:
        if not tries:  # nothing to see, and whoever may not make pods may not list them either
            return
        try:
            pods = self._pods.seen()
        except ClusterError as error:
            self._after_no_look(tries, error)
            return
        self._silent_since = None
        for each in tries:
            if each.pod in pods:
                self._judge(each, pods[each.pod], start)
            else:
                self._after_loss(each, self._clock() - start)

    def _after_no_look(self, tries: Sequence[_Try], error: ClusterError) -> None:
        now = self._clock()
        since = self._silent_since = now if self._silent_since is None else self._silent_since
        if error.status == FORBIDDEN:
            for each in tries:
                self._give_up(each, f"may not look at a rehearsal pod: {error}")
        elif not may_pass(error) or now - since >= _HICCUP_SECONDS:
            raise error

    def _judge(self, attempt: _Try, pod: Object, start: float) -> None:
        found = seen(pod, ())
        if found.state == State.REFUSED and found.verdict is not None and found.verdict.code in _TELLING_MORE:
            found = seen(pod, self._pods.events(attempt.pod))
        now = self._clock()
        if found.state == State.WAITING and now - attempt.started >= _EARLY_SECONDS:
            found = without_sandbox(found, self._pods.events(attempt.pod))
        spent = now - start
        if found.state == State.PULLED:
            attempt.done = True
            self._report.pulled.append(attempt.node_class)
            self._report.pulls += pulls(self._pods.events(attempt.pod))
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
        """Whether the budget is over and nothing is refused; a try that began late may still be."""
        needs = self._budget.seconds if attempt.tries == 1 else _TRY_SECONDS
        had_time = self._clock() - attempt.started >= needs
        return spent >= self._budget.seconds and had_time

    def _after_loss(self, attempt: _Try, spent: float) -> None:
        """Somebody else removed the pod: a drain, a clean-up."""
        if spent >= self._budget.seconds:
            self._give_up(attempt, "its rehearsal pod was removed by somebody else")
        attempt.again_at = self._clock() + _RETRY_SECONDS[-1]
        attempt.pod = ""

    def _after_refusal(self, attempt: _Try, found: Seen, spent: float) -> None:
        unread = self._is_unread(found.verdict)
        kind = Class.TRANSIENT if unread else found.verdict and found.verdict.kind
        if not unread:
            attempt.told = found
        window = self._budget.fresh_seconds if kind == Class.PROPAGATING else self._budget.seconds
        if kind == Class.PERMANENT or spent >= window:
            seen = attempt.told or found
            attempt.refusal = Refusal(attempt.node_class, seen, spent, attempt.tries, attempt.told is None)
            attempt.done = True
            return
        if attempt.tries == 1 and found.verdict is not None:
            self._say(f"{found.verdict.code}: {found.verdict.evidence}; trying again for up to {window - spent:.0f} s")
        pause = _RETRY_SECONDS[min(attempt.tries, len(_RETRY_SECONDS)) - 1]
        attempt.again_at = self._clock() + pause
        self._pods.remove(attempt.pod)
        attempt.pod = ""

    def _is_unread(self, verdict: Verdict | None) -> bool:
        """A pull secret that is there: the kubelet could not read it in time, or does not know yet that it was made."""
        return verdict is not None and verdict.code is Code.PULL_SECRET_MISSING and self._pods.has_pull_secrets()

    def _give_up(self, attempt: _Try, why: str) -> None:
        attempt.done = True
        self._report.warnings.append(f"{attempt.node_class.name}: {why}")
