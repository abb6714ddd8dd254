"""Whether an image that was built before can be deployed from a registry. Pure."""

from components.errors import InvalidValueError
from components.references import by_digest
from components.settings_models import ImageSettings
from components.stack_file import Problem, StackFile


def digest_problems(image: ImageSettings, host: str, stack: StackFile) -> list[Problem]:
    """Whether the digest to deploy is one of an image in the registry with this host."""
    if image.digest is None:
        return []
    path = ("image", "digest")
    try:
        by_digest(f"{host}/{image.repository}", image.digest)
    except InvalidValueError as error:
        digest = image.digest.rpartition("@")[2]
        return [Problem(path, str(error), (f"{stack.set(path, digest)}  # when it is copied",))]
    return []
