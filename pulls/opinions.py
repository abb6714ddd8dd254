"""What the registry says of the images that could not be pulled, each asked once."""

from pulls.cluster import Cluster, ClusterError
from pulls.kubelet.objects import Snapshot, name, namespace, part
from pulls.kubelet.symptom import Symptom, SymptomKind
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

    def _ask(self, symptom: Symptom, image: str) -> Answer | None:
        pod = next((each for each in self._seen.pods if name(each) == symptom.pod), None)
        spec, place = ({}, symptom.namespace) if pod is None else (part(pod, "spec"), namespace(pod))
        try:
            return second_opinion(self._cluster, place, spec, image)
        except ClusterError:
            return None
