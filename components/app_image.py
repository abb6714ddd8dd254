"""The image of a stack's web API, as its settings say."""

from components.image import AppImage
from components.platforms.contract import Registry
from components.preflight import Ready


def app_image(ready: Ready, registry: Registry) -> AppImage:
    """Register it.

    Args:
        ready: what the stack is made from.
        registry: where it is pushed, or was.
    """
    image = ready.settings.image
    return AppImage(
        "image",
        {
            "registry": registry,
            "repository": image.repository,
            "source": ready.source,
            "key": image.KEY,
            "signature": ready.key,
        },
    )
