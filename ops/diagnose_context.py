"""The cluster that `diagnose` is asked about, by a context of the kubeconfig."""

import os
from pathlib import Path

from pulls.cluster import ApiCluster, ClusterError, connect


def connected(context: str | None, kubeconfig: Path | None) -> ApiCluster:
    """As `connect`; a context that is not there is told with those that are, and the nearest.

    Raises:
        ClusterError: there is no kubeconfig, no such context, or its login program gives no login.
    """
    try:
        return connect(context, kubeconfig)
    except ClusterError as error:
        said = None if context is None else _said_of(context, kubeconfig)
        if said is None:
            raise
        raise ClusterError(said) from error


def _said_of(context: str, kubeconfig: Path | None) -> str | None:
    """What is wrong with a context by its name; None where the files are all right."""
    # Imported here: it takes a quarter of a second, and nobody waits for it where all is well.
    from components.errors import InvalidValueError  # noqa: PLC0415
    from components.kubeconfig import kubeconfig_paths, read_context  # noqa: PLC0415

    given = None if kubeconfig is None else str(kubeconfig)
    try:
        read_context(context, kubeconfig_paths(given, os.environ, Path.home()))
    except InvalidValueError as error:
        return f"{error}; did you mean {error.suggestion}?" if error.suggestion else str(error)
    return None
