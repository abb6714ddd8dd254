"""Accounts, regions and partitions, and the ARNs and hosts that follow from them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.clouds.accounts import ACCOUNT
from sandbox.clouds.kinds import Order
from sandbox.clouds.world import Thing

_PARTITIONS = (("cn-", "aws-cn", "amazonaws.com.cn"), ("us-gov-", "aws-us-gov", "amazonaws.com"))
_HOST = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(-fips)?\.(?P<region>[a-z0-9-]+)\."
    r"(amazonaws\.com(\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)"
)
"""kubernetes/cloud-provider-aws, cmd/ecr-credential-provider/main.go."""


@dataclass(frozen=True)
class Place:
    """An account in a region."""

    account: str
    region: str

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn`, `aws-us-gov`."""
        return next((name for prefix, name, _ in _PARTITIONS if self.region.startswith(prefix)), "aws")

    @property
    def dns_suffix(self) -> str:
        """`amazonaws.com`, `amazonaws.com.cn`."""
        return next((suffix for prefix, _, suffix in _PARTITIONS if self.region.startswith(prefix)), "amazonaws.com")

    @property
    def registry(self) -> str:
        """Host of its ECR."""
        return f"{self.account}.dkr.ecr.{self.region}.{self.dns_suffix}"

    def arn(self, service: str, rest: str) -> str:
        """Of a thing in this region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{rest}"

    def iam(self, rest: str) -> str:
        """ARN of a thing in this account, such as `role/nodes`."""
        return f"arn:{self.partition}:iam::{self.account}:{rest}"


def taken_role(config: Mapping[str, Any]) -> str | None:
    """The role that a provider takes on, the last of several."""
    roles: list[Mapping[str, str]] = config.get("assumeRoles") or []
    return str(roles[-1].get("roleArn")) if roles else None


def place_of(order: Order) -> Place:
    """Where a request is for: its own `region`, else the provider's; the account of the role that the provider has."""
    role = taken_role(order.config)
    region = order.inputs.get("region") or order.config.get("region") or "us-east-1"
    return Place(role.split(":")[4] if role else ACCOUNT, str(region))


def place_of_thing(thing: Thing) -> Place:
    """Where a thing is."""
    known = {**thing.inputs, **thing.outputs}
    arn = str(known.get("arn", "")).split(":")
    account = known.get("registryId") or known.get("ownerId") or (arn[4] if len(arn) > 5 else "")  # noqa: PLR2004
    region = known.get("region") or (arn[3] if len(arn) > 5 else "")  # noqa: PLR2004
    return Place(str(account or ACCOUNT), str(region or "us-east-1"))


def registry_of(host: str) -> Place | None:
    """The account and the region of an ECR host; None for other hosts."""
    found = _HOST.fullmatch(host)
    return Place(found["account"], found["region"]) if found else None
