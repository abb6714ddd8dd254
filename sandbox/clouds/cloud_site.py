"""What each simulated cloud is given of the sandbox."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.tokens import Tokens


@dataclass(frozen=True)
class CloudSite:
    """The sandbox, as a cloud sees it."""

    kubernetes_url: str
    """Of the sandbox's API server, which is that of every simulated cluster: `https://127.0.0.1:<port>`."""
    kubernetes_ca: str
    """Its authority: PEM in base64, as in a kubeconfig's `certificate-authority-data`."""
    tokens: Tokens
    behaviour: Callable[[], Behaviour]
    """Read anew at each call."""
