"""The logins with which the last update of a stack pushed its images. Pure."""

from ops.state import IMAGE_TYPE, State, revealed
from pulls.kubelet.objects import Json, part, text
from pulls.registry.login import Login


def push_logins(state: State) -> dict[str, Login]:
    """Host of a registry → login; those that clouds give end after some hours."""
    found: dict[str, Login] = {}
    for each in state.of_type(IMAGE_TYPE):
        inputs: Json = revealed(each.inputs)
        registry = part(inputs, "registry")
        host = text(registry, "server").rpartition("//")[2].partition("/")[0]
        user, password = text(registry, "username"), text(registry, "password")
        if host and user and password:
            found[host] = Login(user, password)
    return found
