"""What is wrong with a local stack whose image is loaded into the nodes, as mistakes of its file."""

import shutil

from components.kubeconfig import Context
from components.platforms.local_load import Tool, cluster_of
from components.settings import Secrets
from components.settings_image import SourceSettings
from components.settings_models import LocalSettings
from components.stack_file import Path, Problem, StackFile

_LOAD = ("registry", "load")
_INSTALL = {
    "kind": "go install sigs.k8s.io/kind@latest  # or as in https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
    "minikube": "xdg-open https://minikube.sigs.k8s.io/docs/start/  # how it is installed",
    "k3d": "xdg-open https://k3d.io/stable/#installation  # how it is installed",
}


def load_problems(
    tool: Tool, settings: LocalSettings, secrets: Secrets, context: Context | None, stack: StackFile
) -> list[Problem]:
    """All that hinders it before anything is built.

    Args:
        tool: that loads it.
        settings: of the stack.
        secrets: of the stack.
        context: of the cluster; None if it is not known, which others tell.
        stack: whose commands are offered.
    """
    problems = _digest_problems(settings, stack) + _signature_problems(settings, stack)
    if secrets.registry_password is not None:
        path = ("registryPassword",)
        problems.append(Problem(path, f"is for a registry, and {tool} loads the image", (stack.remove(path),)))
    if shutil.which(tool) is None:
        problems.append(Problem(_LOAD, f"{tool} is not installed, or not on PATH", (_INSTALL[tool],)))
    return problems + (_cluster_problems(tool, context, stack) if context is not None else [])


def _sources(settings: LocalSettings) -> dict[Path, SourceSettings | None]:
    return {("image",): settings.image, ("cli", "image"): settings.cli.image if settings.cli is not None else None}


def _signature_problems(settings: LocalSettings, stack: StackFile) -> list[Problem]:
    reason = "asks for a signature, which lies beside an image in a registry, and with registry.load there is none"
    return [
        Problem((*path, "signature"), reason, (stack.remove((*path, "signature")),))
        for path, source in _sources(settings).items()
        if source is not None and source.signature is not None
    ]


def _digest_problems(settings: LocalSettings, stack: StackFile) -> list[Problem]:
    reason = "names an image of a registry, and with registry.load there is none: what is built is loaded"
    problems: list[Problem] = []
    for path, source in _sources(settings).items():
        if source is not None and source.digest is not None:
            digest, context = (*path, "digest"), (*path, "context")
            build = stack.set(context, source.context or source.EXAMPLE)
            problems.append(Problem(digest, reason, (stack.remove(digest), build)))
    return problems


def _cluster_problems(tool: Tool, context: Context, stack: StackFile) -> list[Problem]:
    found = cluster_of(context)
    if found is not None and found[0] == tool:
        return []
    other = "none of kind, minikube or k3d" if found is None else f"one of {found[0]}"
    reason = f"{tool} loads into its own clusters, and the cluster of context {context.name!r} is {other}"
    registry = f"{stack.set(('registry', 'host'), 'localhost:5001')} && {stack.remove(_LOAD)}  # push to a registry"
    commands = (registry,) if found is None else (stack.set(_LOAD, found[0]), registry)
    return [Problem(_LOAD, reason, commands)]
