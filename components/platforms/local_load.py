"""kind, minikube and k3d: how each loads an image into the nodes of its cluster, and which cluster a context is of.

Sources: kind.sigs.k8s.io/docs/user/quick-start ("Loading an Image Into Your Cluster"),
minikube.sigs.k8s.io/docs/commands/image, k3d.io/stable/usage/commands/k3d_image_import.
"""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from components.errors import ConfigError
from components.kubeconfig import Context
from components.stack_file import StackFile

Tool = Literal["kind", "minikube", "k3d"]

_COMMANDS: Mapping[Tool, tuple[str, ...]] = {
    "kind": ("kind", "load", "docker-image", "{image}", "--name", "{cluster}"),
    "minikube": ("minikube", "image", "load", "{image}", "--profile", "{cluster}"),
    "k3d": ("k3d", "image", "import", "{image}", "--cluster", "{cluster}"),
}
_PREFIXES: Mapping[str, Tool] = {"kind-": "kind", "k3d-": "k3d"}
"""How the names of their clusters begin in a kubeconfig; minikube's are its profiles' own."""
_MINIKUBE = "minikube.sigs.k8s.io"
"""What minikube writes beside its clusters in a kubeconfig (minikube pkg/minikube/kubeconfig/extension.go)."""
_SECONDS = 600.0
_LINES = 8


def cluster_of(context: Context) -> tuple[Tool, str] | None:
    """Whose cluster a context is of, and its name for the tool's command; None if it is none of theirs."""
    for prefix, tool in _PREFIXES.items():
        if context.cluster.startswith(prefix):
            return tool, context.cluster.removeprefix(prefix)
    if context.cluster == "minikube" or _MINIKUBE in context.text:
        return "minikube", context.cluster
    return None


@dataclass(frozen=True)
class ClusterLoader:
    """Loads images into the nodes of one cluster."""

    tool: Tool
    cluster: str
    """By the tool's own name for it."""
    platform: str
    """Of the images, `os/arch`."""
    stack: StackFile

    def load(self, image: str) -> None:
        """Load an image of this machine's docker engine into all nodes.

        Raises:
            ConfigError: the tool is not there, takes too long, or says that it failed.
        """
        words = self._words(image)
        try:
            done = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=False,
            )
        except OSError as error:
            raise self._failed(image, f"{self.tool} cannot be started: {error.strerror}") from error
        except subprocess.TimeoutExpired as error:
            raise self._failed(image, f"it was not done after {_SECONDS:.0f} s") from error
        if done.returncode != 0:
            said = "\n".join(f"    {each}" for each in done.stdout.strip().splitlines()[-_LINES:])
            raise self._failed(image, f"exit code {done.returncode}\n{said}")

    def fixes(self, image: str) -> tuple[tuple[str, str], ...]:
        """What to type when an image is not on the nodes."""
        again = (f"Loads it by hand, into the nodes of {self.tool}'s cluster {self.cluster}.", self._by_hand(image))
        name = f"--name {self.cluster}"
        # Of an image for several platforms, docker may keep one and name all (kubernetes-sigs/kind#3795).
        save = f"docker save --platform {self.platform} -o image.tar {image}"
        archive = f"{save} && kind load image-archive image.tar {name}"
        alone = (("Where kind says `content digest … not found`: loads this platform alone.", archive),)
        rebuilt = (
            "Where docker has it no more: builds it again.",
            f"pulumi up -s {self.stack.stack} --replace '**docker:index/image:Image::**'",
        )
        return (again, *(alone if self.tool == "kind" else ()), rebuilt)

    def _by_hand(self, image: str) -> str:
        # k3d's usual way hides what fails on a node; this one tells it (k3d-io/k3d#1072).
        return " ".join(self._words(image)) + (" --mode direct" if self.tool == "k3d" else "")

    def _words(self, image: str) -> list[str]:
        return [each.format(image=image, cluster=self.cluster) for each in _COMMANDS[self.tool]]

    def _failed(self, image: str, why: str) -> ConfigError:
        lines = [f"not loaded: {' '.join(self._words(image))}: {why}"]
        lines += [f"  fix      {command}   # {does}" for does, command in self.fixes(image)]
        return ConfigError("\n".join(lines))
