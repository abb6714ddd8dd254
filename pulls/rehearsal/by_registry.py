"""What only the registry shows: an image for another processor than the nodes', a registry that never answers.

No kubelet names the first before the program is started, and a rehearsal starts none; of the second, a kubelet says
nothing for as long as it waits.
"""

from collections.abc import Callable, Mapping, Sequence

from pulls.causes import CATALOGUE, Code
from pulls.diagnosis import Diagnosis, Facts, shown_fixes
from pulls.evidence import Witness
from pulls.kubelet.node_classes import NodeClass
from pulls.registry.answer import Answer, Outcome
from pulls.registry.manifest import runs_on
from pulls.rehearsal.pod import Rehearsal, run_images

_NODES_SHOWN = 3


def wrong_architectures(
    answers: Mapping[str, Answer | None], classes: Sequence[NodeClass], rehearsal: Rehearsal, facts: Facts
) -> list[Diagnosis]:
    """One diagnosis for each image that does not run on all nodes that the pod may land on.

    It could be lucky and land on the others; the next drain or scale-up would decide about that.

    Args:
        answers: of the registry, by image; images that it did not tell of count as right.
        classes: of the nodes that the pod may land on.
        rehearsal: of what.
        facts: of the place.
    """
    known = [each for each in classes if each.platform]
    run = run_images(rehearsal.pod_spec)
    found: list[Diagnosis] = []
    for image, answer in answers.items():
        if image not in run or answer is None or not answer.platforms:
            continue
        wrong = [each for each in known if not any(runs_on(offered, each.platform) for offered in answer.platforms)]
        if wrong:
            said = f"the image is for {', '.join(answer.platforms)}; {_other(wrong, known)}"
            found.append(_diagnosis(Code.WRONG_ARCHITECTURE, image, said, rehearsal, facts))
    return found


def _other(wrong: Sequence[NodeClass], known: Sequence[NodeClass]) -> str:
    if len(wrong) == len(known):
        return f"the nodes are {', '.join(sorted({each.platform for each in wrong}))}"
    names = "; ".join(f"{each.name} ({_some(each.nodes)})" for each in wrong)
    right = " or ".join(sorted({each.platform for each in known if each not in wrong}))
    return (
        f"the pod may also land on {names}: build the image for these too, or keep the pod to {right} "
        "by a nodeSelector (kubernetes.io/os, kubernetes.io/arch)"
    )


def _some(nodes: Sequence[str]) -> str:
    more = len(nodes) - _NODES_SHOWN
    return ", ".join(nodes[:_NODES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def silent_registries(
    before: Mapping[str, Answer | None],
    now: Mapping[str, Answer | None],
    answers_at_all: Callable[[str], bool],
) -> tuple[list[str], list[str]]:
    """Images of which the registry tells neither the nodes nor this machine.

    Args:
        before: what it said of each image while the nodes began to pull.
        now: what it says after the rehearsal's time was over and no node had an image.
        answers_at_all: whether an image's registry answers this machine, whatever it is asked.

    Returns:
        Those whose registry answers this machine, and is silent of the image alone: it is silent to everybody. Then
        those whose registry this machine does not reach: the nodes may be well on their way there.
    """
    silent = [image for image, answer in now.items() if _is_silent(answer) and _is_silent(before.get(image) or answer)]
    there = [image for image in silent if answers_at_all(image)]
    return there, [image for image in silent if image not in there]


def _is_silent(answer: Answer | None) -> bool:
    return answer is not None and answer.outcome is Outcome.UNREACHABLE


def silence(image: str, slow: Sequence[NodeClass], rehearsal: Rehearsal, facts: Facts) -> Diagnosis:
    """The diagnosis of an image that its registry says nothing of.

    Args:
        image: that one.
        slow: classes of nodes that had no image when the time was over, and no refusal.
        rehearsal: of what.
        facts: of the place.
    """
    kinds = ", ".join(each.name for each in slow)
    said = f"no answer to this machine, nor to the nodes ({kinds})"
    return _diagnosis(Code.UNREACHABLE, image, said, rehearsal, facts)


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
        workload=rehearsal.title,
        namespace=rehearsal.namespace,
        image=image,
        fixes=shown_fixes(code, facts, values),
    )
