"""Images that can be pulled and cannot run: made for another processor than the node's.

No kubelet says so before the program is started, and a rehearsal starts none; the registry knows from the image's
configuration.
"""

from collections.abc import Mapping, Sequence

from pulls.causes import CATALOGUE, Class, Code
from pulls.diagnosis import Diagnosis, Facts
from pulls.evidence import Witness
from pulls.fixes import fixes_for
from pulls.node_classes import NodeClass
from pulls.registry_answer import Answer
from pulls.registry_manifest import runs_on
from pulls.rehearsal_pod import Rehearsal


def wrong_architectures(
    answers: Mapping[str, Answer | None], classes: Sequence[NodeClass], rehearsal: Rehearsal, facts: Facts
) -> list[Diagnosis]:
    """One diagnosis for each image that runs on none of the nodes' platforms.

    Args:
        answers: of the registry, by image; images that it did not tell of count as right.
        classes: of the nodes that the pod may land on.
        rehearsal: of what.
        facts: of the place.
    """
    nodes = sorted({each.platform for each in classes if each.platform})
    found: list[Diagnosis] = []
    for image, answer in answers.items():
        if answer is None or not answer.platforms or not nodes:
            continue
        if not any(runs_on(offered, node) for offered in answer.platforms for node in nodes):
            found.append(_diagnosis(image, answer, nodes, rehearsal, facts))
    return found


def _diagnosis(image: str, answer: Answer, nodes: Sequence[str], rehearsal: Rehearsal, facts: Facts) -> Diagnosis:
    said = f"the image is for {', '.join(answer.platforms)}; the nodes are {', '.join(nodes)}"
    values = {"image": image, "namespace": rehearsal.namespace}
    return Diagnosis(
        code=Code.WRONG_ARCHITECTURE,
        kind=Class.PERMANENT,
        meaning=CATALOGUE[Code.WRONG_ARCHITECTURE].meaning,
        evidence="",
        text=said,
        witnesses=(Witness.REGISTRY,),
        registry=said,
        workload=f"Deployment/{rehearsal.workload}",
        namespace=rehearsal.namespace,
        image=image,
        fixes=tuple(
            (each.does, each.rendered(values)) for each in fixes_for(Code.WRONG_ARCHITECTURE, facts.target)[:3]
        ),
    )
