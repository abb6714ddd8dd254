"""Load balancers as the simulated clouds give them: addresses in the status of Ingresses and Services."""

import threading
from collections.abc import Callable

from sandbox.clouds.addresses import Address, plan
from sandbox.clouds.cluster_api import ClusterApi
from sandbox.clouds.clusters import TOKENS, newest
from sandbox.clouds.world import Content
from sandbox.errors import SandboxError

_POLL_SECONDS = 0.4


class LoadBalancers:
    """They follow the cluster in a thread of their own, while there are simulated clusters."""

    def __init__(self, content: Callable[[], Content], api: ClusterApi, say: Callable[[str], None]) -> None:
        self._content = content
        self._api = api
        self._say = say
        self._names: dict[str, Address] = {}
        self._ending = threading.Event()

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._follow, name="load-balancers", daemon=True).start()

    def end(self) -> None:
        """Change nothing any more."""
        self._ending.set()

    def address(self, name: str) -> Address | None:
        """Where a host name or IP of a load balancer is really served."""
        return self._names.get(name)

    def _follow(self) -> None:
        trouble = ""
        while not self._ending.wait(_POLL_SECONDS):
            try:
                self.step()
                trouble = ""
            except (SandboxError, OSError, ValueError) as error:  # a cluster that starts anew; said once
                if str(error) != trouble:
                    trouble = str(error)
                    self._say(trouble)

    def step(self) -> None:
        """Look once, and do what is due.

        Raises:
            SandboxError: the cluster does not answer, or refuses.
        """
        content = self._content()
        if not any(newest(content, cloud) for cloud in TOKENS):
            self._names = {}
            return
        ingresses = self._api.items("/apis/networking.k8s.io/v1/ingresses")
        made = plan(content, ingresses, self._api.items("/api/v1/services"))
        self._names = made.names
        for path, address in made.statuses.items():
            self._api.merge(path, {"status": {"loadBalancer": {"ingress": [address]}}})
