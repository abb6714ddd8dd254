"""What only the registry shows: an image for another processor than the nodes', a registry that never answers.

No kubelet names the first before the program is started, and a rehearsal starts none; of the second, a kubelet says
nothing for as long as it waits.
"""

from collections.abc import Mapping, Sequence

from pulls.causes import CATALOGUE, Code
from pulls.diagnosis import Diagnosis, Facts
from pulls.evidence import Witness
from pulls.fixes import fixes_for
from pulls.kubelet.node_classes import NodeClass
from pulls.registry.answer import Answer, Outcome
from pulls.registry.manifest import runs_on
from pulls.rehearsal.pod import Rehearsal


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
            said = f"the image is for {', '.join(answer.platforms)}; the nodes are {', '.join(nodes)}"
            found.append(_diagnosis(Code.WRONG_ARCHITECTURE, image, said, rehearsal, facts))
    return found


def silent_registries(
    answers: Mapping[str, Answer | None], slow: Sequence[NodeClass], rehearsal: Rehearsal, facts: Facts
) -> list[Diagnosis]:
    """One diagnosis for each image whose registry answers neither the nodes nor this machine.

    Args:
        answers: of the registry, by image, after the rehearsal's time was over.
        slow: classes of nodes that had no image by then, and no refusal.
        rehearsal: of what.
        facts: of the place.
    """
    kinds = ", ".join(each.name for each in slow)
    return [
        _diagnosis(Code.UNREACHABLE, image, f"no answer to this machine, nor to the nodes ({kinds})", rehearsal, facts)
        for image, answer in answers.items()
        if answer is not None and answer.outcome is Outcome.UNREACHABLE
    ]


def _diagnosis(code: Code, image: str, said: str, rehearsal: Rehearsal, facts: Facts) -> Diagnosis:
    values = {"image": image, "namespace": rehearsal.namespace}
    return Diagnosis(
        code=code,
        kind=CATALOGUE[code].kind,
        meaning=CATALOGUE[code].meaning,
        evidence="",
        text=said,
        witnesses=(Witness.REGISTRY,),
        registry=said,
        workload=f"Deployment/{rehearsal.workload}",
        namespace=rehearsal.namespace,
        image=image,
        fixes=tuple((each.does, each.rendered(values)) for each in fixes_for(code, facts.target)[:3]),
    )
