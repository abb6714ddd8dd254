"""What others than the kubelet say of the images that could not be pulled, each asked once."""

from pulls.by_cause import verdict_of
from pulls.causes import Code
from pulls.cluster import Cluster, ClusterError
from pulls.kubelet.objects import Snapshot, name, namespace, part
from pulls.kubelet.symptom import Symptom, SymptomKind
from pulls.pull_secrets import are_there
from pulls.registry.ask import Answer
from pulls.registry.second_opinion import second_opinion


class Opinions:
    """Second opinions for the symptoms of one look at a cluster."""

    def __init__(self, cluster: Cluster, seen: Snapshot) -> None:
        self._cluster = cluster
        self._seen = seen
        self._known: dict[str, Answer | None] = {}

    def of(self, symptom: Symptom) -> Answer | None:
        """What it answered about a failed pull, asked as its pod; None for other symptoms and without an answer."""
        if symptom.kind is not SymptomKind.PULL or symptom.image is None:
            return None
        if symptom.image not in self._known:
            self._known[symptom.image] = self._ask(symptom, symptom.image)
        return self._known[symptom.image]

    def unread_secret(self, symptom: Symptom) -> bool:
        """Whether a kubelet says that it has no pull secret, and the cluster has it."""
        if symptom.kind is not SymptomKind.PULL or verdict_of(symptom).code is not Code.PULL_SECRET_MISSING:
            return False
        return are_there(self._cluster, symptom.namespace, symptom.pull_secrets)

    def _ask(self, symptom: Symptom, image: str) -> Answer | None:
        pod = next((each for each in self._seen.pods if name(each) == symptom.pod), None)
        spec, place = ({}, symptom.namespace) if pod is None else (part(pod, "spec"), namespace(pod))
        try:
            return second_opinion(self._cluster, place, spec, image)
        except ClusterError:
            return None
