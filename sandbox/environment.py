"""The variables that make a shell use the sandbox, after which plain `pulumi up -s local` works."""

import os
import shlex
from collections.abc import Iterable, Mapping

from sandbox import docker_engine
from sandbox.state import State

UNSET = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_ACCESS_TOKEN")
"""What would take precedence over the sandbox's own."""


def variables(state: State) -> dict[str, str]:
    """Variable → value; PATH is this shell's with the sandbox's commands first."""
    others = [each for each in os.environ.get("PATH", "").split(":") if each != str(state.bin)]
    values = {
        "PATH": ":".join([str(state.bin), *others]),
        "KUBECONFIG": str(state.kubeconfig),
        "DOCKER_CONFIG": str(state.docker_config),
        "PULUMI_HOME": str(state.pulumi_home),
        "PULUMI_BACKEND_URL": f"file://{state.pulumi_state}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(state.passphrase),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # No machine without internet waits for downloads of plug-ins: the sandbox brings those that it needs.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_OPTION_SKIP_PLUGIN_PRE_INSTALL": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        # The key that secrets are encrypted with comes from the state, not from the stack file (pulumi_command.py).
        "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",
        "PULUMI_SUPPRESS_NEO_LINK": "true",
    }
    host = docker_engine.host(os.environ, state.docker_config)
    return {**values, "DOCKER_HOST": host} if host else values


def shell_text(values: Mapping[str, str], unset: Iterable[str] = UNSET) -> str:
    """Lines for `eval`, in any POSIX shell."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
    return "\n".join([f"unset {' '.join(unset)}", *lines])
