"""Which registry is the stack's own. Pure."""

from collections.abc import Iterator

from components.errors import InvalidValueError
from components.references import ImageName, split_name
from policies.rule import Resource, Stack
from policies.values import at, texts

DOCKER_IMAGE = "docker:index/image:Image"
BUILD_IMAGE = "docker-build:index:Image"


def own_registry(stack: Stack) -> str | None:
    """Host of the registry of a stack, `host[:port]`; None where neither its file nor what it pushes says one."""
    if stack.facts.registry is not None:
        return stack.facts.registry
    hosts = {name.host for image in stack.of(DOCKER_IMAGE, BUILD_IMAGE) for name in pushed_names(image)}
    return hosts.pop() if len(hosts) == 1 else None


def pushed_names(image: Resource) -> Iterator[ImageName]:
    """The names under which an image is pushed, as far as they are known."""
    given = at(image.inputs, "imageName") if image.type == DOCKER_IMAGE else at(image.inputs, "tags")
    pushed = image.inputs.get("skipPush") is not True
    for each in texts(given) if pushed else ():
        try:
            yield split_name(str.__str__(each))
        except InvalidValueError:
            continue  # the provider says what is wrong with it
