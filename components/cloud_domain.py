"""The words of a cloud's stack file as types: names, places and accounts by each cloud's own rules.

The rules are those of the vendors' API descriptions: Azure naming rules and restrictions, the service models of
Amazon ECR and EKS, Artifact Registry's and GKE's REST references. A validator gives the value back, or raises
`InvalidValueError` with what is wrong and, where possible, what was meant.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from components.errors import InvalidValueError
from components.repository_path import path_of_reference

_GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PATH = r"[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*"
_NO_HOST = r"(?![^/]*\.[^/]*/)"
_AWS_REGION = r"(?:[a-z]{2}|eusc)(?:-[a-z]+)+-\d"
"""Of all partitions (botocore/data/partitions.json); `eusc` is the European Sovereign Cloud's."""
_NUMBERED = ("australiacentral", "chinaeast", "chinanorth", "eastus", "westus")
"""Azure's locations of which there are further ones with a number: `East US 2`."""
_DOMAIN_NAMED = ("gcr.io", "us.gcr.io", "eu.gcr.io", "asia.gcr.io")
"""Artifact Registry repositories that answer under these hosts."""


@dataclass(frozen=True)
class Rule:
    """What a kind of name looks like."""

    what: str
    """Such as `the name of an Azure container registry`."""
    pattern: str
    must: str
    """What it must be, in words."""
    mend: Callable[[str], str | None] = lambda _: None
    """What was probably meant, from what was written."""

    def __call__(self, text: str) -> str:
        """The text itself.

        Raises:
            InvalidValueError: it is no such name.
        """
        if re.fullmatch(self.pattern, text, re.ASCII):
            return text
        meant = self.mend(text)
        reason = f"{text!r} is not {self.what}: it must be {self.must}"
        raise InvalidValueError(reason, meant if meant and re.fullmatch(self.pattern, meant, re.ASCII) else None)


def _alphanumeric(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\.azurecr\.(io|cn|us)$", "", text.lower()))[:50]


def _region_of_zone(text: str) -> str | None:
    """`europe-west1-b` → `europe-west1`, `us-east-1a` → `us-east-1`."""
    found = re.fullmatch(rf"([a-z]+-[a-z]+\d{{1,2}})-[a-z]|({_AWS_REGION})[a-z]", text)
    return next((each for each in found.groups() if each), None) if found else None


def _location(text: str) -> str:
    """`West Europe` → `westeurope`, `westeurope-1` (a zone) → `westeurope`, `East US 2` → `eastus2`."""
    place, number = text.lower(), ""
    if numbered := re.search(r"[^a-z0-9]([0-9])$", place):
        place, number = place[: numbered.start()], numbered[0]
    name = re.sub(r"[^a-z0-9]", "", place)
    return f"{name}{number.strip()}" if number.startswith(" ") and name in _NUMBERED else name


def _ar_repository(text: str) -> str:
    """`europe-docker.pkg.dev/project/Web` → `web`, `eu.gcr.io/project` → `eu.gcr.io`."""
    host = re.sub(r"^[a-z]+://", "", text).partition("/")[0]
    return host if host in _DOMAIN_NAMED else _dashed(_last_part(text))


def _last_part(text: str) -> str:
    return text.rpartition("/")[2]


def _dashed(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


ACR_NAME = Rule(
    "the name of an Azure container registry",
    r"[a-z0-9]{5,50}",
    "5 to 50 lower-case letters and digits, without hyphens or a host",
    _alphanumeric,
)
RESOURCE_GROUP = Rule(
    "an Azure resource group", r"[-\w.()]{0,89}[-\w()]", "1 to 90 letters, digits and . _ - ( ), not ending in a dot"
)
AKS_NAME = Rule(
    "the name of an AKS cluster",
    r"[a-zA-Z0-9]([-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?",
    "1 to 63 letters, digits, hyphens and underscores, with a letter or digit at both ends",
    _dashed,
)
AZURE_LOCATION = Rule(
    "an Azure location",
    r"[a-z]+[0-9]?",
    "a name such as westeurope, without spaces",
    _location,
)
SUBSCRIPTION = Rule("an Azure subscription", _GUID, "a GUID in lower case", str.lower)
VM_SIZE = Rule("an Azure VM size", r"Standard_[A-Za-z0-9_-]+", "a name such as Standard_B2s")
AWS_REGION = Rule("an AWS region", _AWS_REGION, "a name such as eu-central-1, no zone", _region_of_zone)
AWS_ACCOUNT = Rule("an AWS account", r"[0-9]{12}", "12 digits", lambda text: text.replace("-", ""))
ECR_REPOSITORY = Rule(
    "an ECR repository",
    rf"(?=.{{2,256}}$){_NO_HOST}{_PATH}",
    "2 to 256 characters, a path of lower-case names with single separators, without registry and tag",
    path_of_reference,
)
EKS_NAME = Rule(
    "the name of an EKS cluster",
    r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}",
    "1 to 100 letters, digits, hyphens and underscores, beginning with a letter or digit",
    _last_part,
)
IAM_ROLE = Rule("the name of an IAM role", r"[\w+=,.@-]{1,64}", "1 to 64 characters, a name and no ARN", _last_part)
PRINCIPAL = Rule(
    "the ARN of an IAM role or user",
    r"arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[\w+=,.@/-]+",
    "such as arn:aws:iam::123456789012:role/admins",
)
SUBNET = Rule("a subnet", r"subnet-[0-9a-f]{8,17}", "an id such as subnet-0a1b2c3d4e5f60718")
INSTANCE_TYPE = Rule("an EC2 instance type", r"[a-z0-9-]+\.[a-z0-9-]+", "a name such as t3.medium")
PROJECT_ID = Rule(
    "a Google Cloud project",
    r"([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]",
    "the project's id, 6 to 30 lower-case letters, digits and hyphens, not its name or number",
    _dashed,
)
GKE_LOCATION = Rule(
    "a place for a GKE cluster", r"[a-z]+-[a-z]+\d{1,2}(-[a-z])?", "a region such as europe-west1 or a zone of one"
)
AR_LOCATION = Rule(
    "a place for an Artifact Registry repository",
    r"us|europe|asia|[a-z]+-[a-z]+\d{1,2}",
    "a region such as europe-west1, or us, europe or asia; no zone",
    _region_of_zone,
)
AR_REPOSITORY = Rule(
    "an Artifact Registry repository",
    rf"[a-z]([a-z0-9-]{{0,61}}[a-z0-9])?|{'|'.join(map(re.escape, _DOMAIN_NAMED))}",
    "1 to 63 lower-case letters, digits and hyphens, beginning with a letter",
    _ar_repository,
)
GKE_NAME = Rule(
    "the name of a GKE cluster",
    r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?",
    "1 to 40 lower-case letters, digits and hyphens, beginning with a letter",
    _dashed,
)
MACHINE_TYPE = Rule("a Google machine type", r"[a-z][a-z0-9]*(-[a-z0-9]+)+", "a name such as e2-medium")

AcrName = Annotated[str, AfterValidator(ACR_NAME)]
ResourceGroupName = Annotated[str, AfterValidator(RESOURCE_GROUP)]
AksName = Annotated[str, AfterValidator(AKS_NAME)]
AzureLocation = Annotated[str, AfterValidator(AZURE_LOCATION)]
SubscriptionId = Annotated[str, AfterValidator(SUBSCRIPTION)]
VmSize = Annotated[str, AfterValidator(VM_SIZE)]
AwsRegion = Annotated[str, AfterValidator(AWS_REGION)]
AwsAccount = Annotated[str, AfterValidator(AWS_ACCOUNT)]
EcrRepository = Annotated[str, AfterValidator(ECR_REPOSITORY)]
EksName = Annotated[str, AfterValidator(EKS_NAME)]
RoleName = Annotated[str, AfterValidator(IAM_ROLE)]
PrincipalArn = Annotated[str, AfterValidator(PRINCIPAL)]
SubnetId = Annotated[str, AfterValidator(SUBNET)]
InstanceType = Annotated[str, AfterValidator(INSTANCE_TYPE)]
ProjectId = Annotated[str, AfterValidator(PROJECT_ID)]
GkeLocation = Annotated[str, AfterValidator(GKE_LOCATION)]
ArLocation = Annotated[str, AfterValidator(AR_LOCATION)]
ArRepositoryId = Annotated[str, AfterValidator(AR_REPOSITORY)]
GkeName = Annotated[str, AfterValidator(GKE_NAME)]
MachineType = Annotated[str, AfterValidator(MACHINE_TYPE)]
