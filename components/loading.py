"""Loading an image into the nodes of a cluster where no registry brings it there.

The nodes themselves are asked, before and after: what loads images may say nothing when it fails (minikube ends with
exit code 0, kubernetes/minikube#23471; so does k3d, k3d-io/k3d#1072).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from pulls.causes import Code
from pulls.diagnosis import Diagnosis
from pulls.loaded import is_loaded
from pulls.rehearsal.check import PullRefusedError
from pulls.rehearse import Report


class Loader(Protocol):
    """What brings an image of this machine's docker engine to the nodes."""

    def load(self, image: str) -> None:
        """Bring it to all nodes.

        Raises:
            ConfigError: it could not; says what to type.
        """
        ...

    def fixes(self, image: str) -> tuple[tuple[str, str], ...]:
        """What each way to mend a load that went wrong does, and its command."""
        ...


def load_all(loader: Loader, images: Sequence[str]) -> None:
    """Load those of a pod's images that are in no registry.

    Raises:
        ConfigError: one could not be loaded.
    """
    for each in images:
        if is_loaded(each):
            loader.load(each)


def ensure_loaded(check: Callable[[], Report], loader: Loader) -> Report:
    """Look whether the nodes have all images, and load what they lack.

    Args:
        check: asks the nodes.
        loader: for images that are in no registry.

    Raises:
        PullRefusedError: the nodes lack an image that was loaded, or cannot pull another one.
        ConfigError: an image could not be loaded.
    """
    try:
        return check()
    except PullRefusedError as refused:
        missing = [each.image for each in refused.diagnoses if each.code == Code.NOT_LOADED and each.image]
        if not missing:
            raise
    load_all(loader, list(dict.fromkeys(missing)))
    try:
        return check()
    except PullRefusedError as refused:
        raise PullRefusedError([_mended(each, loader) for each in refused.diagnoses], refused.kind) from None


def _mended(diagnosis: Diagnosis, loader: Loader) -> Diagnosis:
    if diagnosis.code != Code.NOT_LOADED or diagnosis.image is None:
        return diagnosis
    return replace(diagnosis, fixes=loader.fixes(diagnosis.image))
