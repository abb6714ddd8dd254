"""Whether a registry answers this machine at all: then its silence about one image is no firewall's."""

from pulls.registry.answer import RegistryFaultError
from pulls.registry.reference import InvalidReference, is_loopback, parse_reference
from pulls.registry.wire import Wire

_SECONDS = 1.0


def registry_answers(image: str) -> bool:
    """Whether the registry of an image answers what every registry must (distribution-spec v1.1, end-1).

    Whatever it answers counts: also that it wants a login.
    """
    try:
        reference = parse_reference(image)
        scheme = "http" if is_loopback(reference.host) else "https"
        with Wire(_SECONDS, _SECONDS) as wire:
            wire.get(f"{scheme}://{reference.registry}/v2/", authorization=None, accept="*/*", limit=0)
    except (InvalidReference, RegistryFaultError):
        return False
    return True
