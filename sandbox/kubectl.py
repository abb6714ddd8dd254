"""kubectl for the sandbox's cluster, as its parts and its users run it."""

import subprocess

from sandbox.errors import COMMAND, SandboxError
from sandbox.site import Site
from sandbox.state import State, private_command

_SECONDS = 90
"""A cluster that is starting may take a minute; one that takes longer does not answer."""


def install(site: Site) -> None:
    """Put the command into the folder that `env` puts first on PATH."""
    # Without it, what it learns of the cluster's resources goes to ~/.kube/cache, a folder for each port.
    cache = f"KUBECACHEDIR={site.state.folder / 'kubectl-cache'}"
    private_command(site.state.bin / "kubectl", "env", cache, site.tools["kube"], "kubectl")


def run(state: State, *words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run it against the sandbox's cluster, with `text` on its standard input; what it printed.

    Raises:
        SandboxError: it is not there yet, or the cluster does not answer.
    """
    command = [state.bin / "kubectl", f"--kubeconfig={state.kubeconfig}", *words]
    try:
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except OSError as error:
        message = f"the sandbox has no kubectl yet ({error.strerror}); type: {COMMAND} up"
        raise SandboxError(message) from error
    except subprocess.TimeoutExpired as error:
        message = f"the cluster does not answer `kubectl {words[0]}` within {_SECONDS} s; type: {COMMAND} status"
        raise SandboxError(message) from error
