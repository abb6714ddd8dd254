"""Pulumi Cloud's REST API as far as deployment settings need it: bounded in tries, time and size.

Paths and bodies: pulumi/docs, reference/cloud-rest-api/{deployments,schedules}, and what pulumi v3.274.1 itself sends
(pkg/backend/httpstate/client/client.go). The token goes into one header, and into no message.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote

import httpx

from ops.deployments_file import DeploymentsError
from ops.deployments_refusals import Refused, no_answer, sentence
from ops.deployments_schedules import Kind
from ops.deployments_shape import are_runs, are_settings, schedules_of
from ops.deployments_wire import Reply, TooLateError, send
from pulls.kubelet.objects import Json
from pulls.registry.refusals import seconds_to_wait
from pulls.text.redact import redact

_TRIES = 3
_WAITS = (1.0, 3.0)
"""Seconds before the second and the third try."""
_LONGEST_WAIT = 20
"""Seconds that the service may ask for; for more, a person waits."""
_LONGEST_SAID = 300
_NOT_FOUND, _TOO_MANY, _FAILS = 404, 429, 500
_GOOD = range(200, 300)
_NEWEST = "?page=1&pageSize=1"


@dataclass(frozen=True)
class Service:
    """Pulumi Cloud, or another server of its API."""

    url: str
    """Without a path, such as `https://api.pulumi.com`."""
    token: str = field(repr=False)
    wait: Callable[[float], None] = time.sleep

    def stack(self, name: str) -> Json:
        """A stack and its tags.

        Args:
            name: `organization/project/stack`; likewise below.

        Raises:
            DeploymentsError: there is no answer, or a refusal; likewise below.
        """
        return self._object(self._ask("GET", name, "", f"look at {name}"), name)

    def exported(self, name: str) -> bytes:
        """The state of a stack, as `pulumi stack export` has it; secrets in it are encrypted."""
        return self._ask("GET", name, "/export", f"read the state of {name}").body

    def settings(self, name: str) -> Json | None:
        """Deployment settings; None where there are none yet."""
        doing = f"read the deployment settings of {name}"
        reply = self._ask("GET", name, "/deployments/settings", doing, may_be_missing=True)
        if reply.status == _NOT_FOUND:
            return None
        found = self._object(reply, name)
        if not are_settings(found):
            raise DeploymentsError(self._not_understood(name))
        return found

    def schedules(self, name: str) -> list[Json]:
        """All schedules of a stack."""
        reply = self._ask("GET", name, "/deployments/schedules", f"list the schedules of {name}")
        found = schedules_of(self._object(reply, name))
        if found is None:
            raise DeploymentsError(self._not_understood(name))
        return found

    def last_runs(self, name: str) -> Json:
        """The newest run of a stack, with its steps."""
        found = self._object(self._ask("GET", name, f"/deployments{_NEWEST}", f"list the runs of {name}"), name)
        if not are_runs(found):
            raise DeploymentsError(self._not_understood(name))
        return found

    def patch(self, name: str, settings: Json) -> None:
        """Merge settings into those of a stack."""
        doing = f"change the deployment settings of {name}"
        self._ask("POST", name, "/deployments/settings", doing, body=settings)

    def make(self, name: str, kind: Kind, body: Json) -> None:
        """Make a schedule; sent once, as a second one might come of a second try."""
        path = f"/deployments/{kind}/schedules"
        self._ask("POST", name, path, f"make the {kind} schedule of {name}", body=body, once=True)

    def change(self, name: str, kind: Kind, identifier: str, body: Json) -> None:
        """Change a schedule."""
        path = f"/deployments/{kind}/schedules/{quote(identifier, safe='')}"
        self._ask("POST", name, path, f"change the {kind} schedule of {name}", body=body)

    def remove(self, name: str, kind: Kind, identifier: str) -> None:
        """Remove a schedule; well, too, where it has gone."""
        path = f"/deployments/schedules/{quote(identifier, safe='')}"
        self._ask("DELETE", name, path, f"remove the {kind} schedule of {name}", may_be_missing=True)

    def _ask(
        self,
        method: str,
        name: str,
        below: str,
        doing: str,
        *,
        body: Json | None = None,
        once: bool = False,
        may_be_missing: bool = False,
    ) -> Reply:
        path = "/".join(quote(each, safe="") for each in name.split("/"))
        url = f"{self.url}/api/stacks/{path}{below}"
        for number in range(1, _TRIES + 1):
            last = number == _TRIES
            try:
                reply = send(method, url, self.token, body)
            except (httpx.HTTPError, httpx.InvalidURL, OSError, TooLateError) as error:
                arrived = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.InvalidURL)
                if last or (once and arrived):
                    raise DeploymentsError(self._silence(error, doing, number, sent=once and arrived)) from None
                self.wait(_WAITS[number - 1])
                continue
            if reply.status in _GOOD or (may_be_missing and reply.status == _NOT_FOUND):
                return reply
            wait = self._wait(reply, number, once=once)
            if wait is None:
                refused = Refused(self.url, reply.status, doing, name, self._said(reply), number)
                raise DeploymentsError(sentence(refused))
            self.wait(wait)
        raise AssertionError  # the last try returns or raises

    def _wait(self, reply: Reply, number: int, *, once: bool) -> float | None:
        """Seconds until the next try; None where there is none."""
        again = reply.status == _TOO_MANY or (reply.status >= _FAILS and not once)
        if not again or number == _TRIES:
            return None
        asked = seconds_to_wait(reply.retry_after, datetime.now(UTC))
        if asked is not None and asked > _LONGEST_WAIT:
            return None
        return max(_WAITS[number - 1], float(asked or 0))

    def _silence(self, error: Exception, doing: str, tries: int, *, sent: bool) -> str:
        why = "does not answer in time" if _is_late(error) else f"cannot be asked: {self._shown(str(error))}"
        unknown = "; whether it was done is not known, and the next run sees it" if sent else ""
        return no_answer(self.url, why, doing, tries) + unknown

    def _object(self, reply: Reply, name: str) -> Json:
        found = reply.document()
        if not isinstance(found, dict):
            raise DeploymentsError(self._not_understood(name))
        return cast("Json", found)

    def _not_understood(self, name: str) -> str:
        return (
            f"{self.url} answers for {name} with what is not understood; it must be the address of the API, such as "
            "https://api.pulumi.com, and may be newer than this program; type: export PULUMI_BACKEND_URL=https://HOST"
        )

    def _said(self, reply: Reply) -> str:
        found = reply.document()
        words = cast("Mapping[str, Any]", found).get("message") if isinstance(found, dict) else None
        return self._shown(" ".join(str(words or "").split()))

    def _shown(self, text: str) -> str:
        return redact(text.replace(self.token, "***"))[:_LONGEST_SAID]


def _is_late(error: Exception) -> bool:
    return isinstance(error, httpx.TimeoutException | TooLateError)
