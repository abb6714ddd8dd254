"""What is asked of a cloud through its command line, and what the answers mean. Pure.

Commands: learn.microsoft.com/cli/azure, docs.aws.amazon.com/cli, docs.cloud.google.com/sdk/gcloud/reference. All read
only.
"""

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from components.settings_aks import ExistingAksCluster
from components.settings_eks import ExistingEksCluster
from components.settings_gke import ExistingGkeCluster
from components.settings_models import AksSettings, EksSettings, GkeSettings
from ops.checks.finding import Finding, Name, State, ok

_WHY_ACCOUNT = "everything in the cloud is made with this login"
_WHY_CLUSTER = "the app goes into this cluster"
_WHY_QUOTA = "the cloud refuses the nodes or the network half way through the update"
_MISSING = re.compile(r"ResourceNotFound|ResourceGroupNotFound|NOT_FOUND|not found|No cluster found", re.IGNORECASE)
_LEAST_CORES = 2
"""Of one node of the smallest kind that the stacks use."""


@dataclass(frozen=True)
class Question:
    """One command and what its answer means."""

    check: Name
    words: tuple[str, ...]
    why: str
    answered: Callable[[str], list[Finding]]
    """What its standard output means."""
    missing: str = ""
    """What to say where there is no such thing; empty where that is no answer."""
    mend: str = ""
    """What to type when there is no answer; the question itself if not given."""

    @property
    def command(self) -> str:
        """For a person who has no answer."""
        return self.mend or shlex.join(self.words)

    def is_missing(self, said: str) -> bool:
        """Whether the cloud says that there is no such thing."""
        return bool(self.missing) and says_missing(said)


def says_missing(said: str) -> bool:
    """Whether a cloud's words are those for what is not there."""
    return _MISSING.search(said) is not None


def questions(settings: AksSettings | EksSettings | GkeSettings) -> Sequence[Question]:
    """What is asked for a stack."""
    if isinstance(settings, AksSettings):
        return _azure(settings)
    if isinstance(settings, EksSettings):
        return _aws(settings)
    return _google(settings)


def _azure(settings: AksSettings) -> list[Question]:
    cluster = settings.cluster
    of = ("--subscription", cluster.subscription) if cluster.subscription else ()
    asked = [_account("az login", "az", "account", "get-access-token", *of, "--query", "expiresOn", "--output", "tsv")]
    if isinstance(cluster, ExistingAksCluster):
        words = ("az", "aks", "show", "--resource-group", cluster.resource_group, "--name", cluster.name, *of)
        missing = f"there is no AKS cluster {cluster.name} in resource group {cluster.resource_group}"
        return [*asked, _cluster((*words, "--query", "powerState.code", "--output", "tsv"), "Running", missing)]
    words = ("az", "vm", "list-usage", "--location", cluster.location, *of, "--output", "json")
    return [*asked, _quota(words, cluster.location, _azure_cores)]


def _aws(settings: EksSettings) -> list[Question]:
    cluster = settings.cluster
    asked = [_account("aws configure sso", "aws", "sts", "get-caller-identity", "--query", "Arn", "--output", "text")]
    if not isinstance(cluster, ExistingEksCluster):
        return asked
    words = ("aws", "eks", "describe-cluster", "--name", cluster.name, "--region", cluster.region)
    missing = f"there is no EKS cluster {cluster.name} in {cluster.region}"
    return [*asked, _cluster((*words, "--query", "cluster.status", "--output", "text"), "ACTIVE", missing)]


def _google(settings: GkeSettings) -> list[Question]:
    cluster = settings.cluster
    login = ("gcloud", "auth", "application-default")
    asked = [_account(shlex.join((*login, "login")), *login, "print-access-token", shown=False)]
    of = ("--project", cluster.project)
    if isinstance(cluster, ExistingGkeCluster):
        words = ("gcloud", "container", "clusters", "describe", cluster.name, "--location", cluster.location, *of)
        missing = f"there is no GKE cluster {cluster.name} in {cluster.location} of project {cluster.project}"
        return [*asked, _cluster((*words, "--format", "value(status)"), "RUNNING", missing)]
    region = re.sub(r"-[a-z]$", "", cluster.location)
    words = ("gcloud", "compute", "regions", "describe", region, *of, "--format", "json(quotas)")
    return [*asked, _quota(words, region, _google_cores)]


def _account(mend: str, *words: str, shown: bool = True) -> Question:
    def answered(said: str) -> list[Finding]:
        return ok(Name.CLOUD_ACCOUNT, f"the login counts ({said})" if shown and said else "the login counts")

    return Question(Name.CLOUD_ACCOUNT, words, _WHY_ACCOUNT, answered, mend=mend)


def _cluster(words: tuple[str, ...], good: str, missing: str) -> Question:
    look = (shlex.join(words),)

    def answered(said: str) -> list[Finding]:
        if said == good:
            return ok(Name.CLOUD_CLUSTER, said)
        return [Finding(Name.CLOUD_CLUSTER, State.WARNING, f"the cluster is {said}, not {good}", _WHY_CLUSTER, look)]

    return Question(Name.CLOUD_CLUSTER, words, _WHY_CLUSTER, answered, missing)


def _quota(words: tuple[str, ...], place: str, left: Callable[[str], int | None]) -> Question:
    def answered(text: str) -> list[Finding]:
        cores = left(text)
        if cores is None:
            return [Finding(Name.QUOTA, State.UNKNOWN, "the answer names no cores", _WHY_QUOTA, (shlex.join(words),))]
        what = f"{cores} cores are left in {place}"
        if cores < _LEAST_CORES:
            return [Finding(Name.QUOTA, State.PROBLEM, what, _WHY_QUOTA, (shlex.join(words),))]
        return ok(Name.QUOTA, what)

    return Question(Name.QUOTA, words, _WHY_QUOTA, answered)


def _azure_cores(text: str) -> int | None:
    """`[{"currentValue": 4, "limit": "10", "name": {"value": "cores"}}]`; numbers may be texts."""
    for each in _entries(text):
        if cast("Mapping[str, Any]", each.get("name") or {}).get("value") == "cores":
            return _left(each.get("currentValue"), each.get("limit"))
    return None


def _google_cores(text: str) -> int | None:
    """`{"quotas": [{"limit": 24.0, "metric": "CPUS", "usage": 2.0}]}`."""
    for each in _entries(text, "quotas"):
        if each.get("metric") == "CPUS":
            return _left(each.get("usage"), each.get("limit"))
    return None


def _left(used: object, limit: object) -> int | None:
    try:
        return int(float(str(limit)) - float(str(used)))
    except ValueError:
        return None


def _entries(text: str, key: str | None = None) -> list[Mapping[str, Any]]:
    try:
        document: object = json.loads(text)
    except ValueError:
        return []
    if key is not None:
        document = cast("Mapping[str, object]", document).get(key) if isinstance(document, dict) else None
    found = cast("list[object]", document) if isinstance(document, list) else []
    return [cast("Mapping[str, Any]", each) for each in found if isinstance(each, dict)]
