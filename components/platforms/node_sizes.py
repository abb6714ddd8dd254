"""What nodes of a cloud's machine types run, as `os/arch`, by the rules of their names. Pure; needs no settings."""

import re

AMD64, ARM64 = "linux/amd64", "linux/arm64"
_GRAVITON = re.compile(r"a1|[a-z]+[0-9]g[a-z]*")
"""Families of arm64 processors: a `g` behind the generation (docs.aws.amazon.com ec2/latest/instancetypes)."""
# learn.microsoft.com azure/virtual-machines/vm-naming-conventions: a `p` among the features is an Arm processor.
_ARM = re.compile(r"Standard_[A-Z]+\d+(-\d+)?[a-z]*p[a-z]*(_.*)?")
_ARM_SERIES = ("a4x-", "c4a-", "n4a-", "t2a-")
"""Machine series with Arm processors (docs.cloud.google.com compute/docs/instances/arm-on-compute)."""


def aws_platform(instance_type: str) -> str:
    """Of an EC2 instance type: `linux/arm64` for Graviton, else `linux/amd64`."""
    return ARM64 if _GRAVITON.fullmatch(instance_type.partition(".")[0]) else AMD64


def azure_platform(size: str) -> str:
    """Of a VM size of Azure."""
    return ARM64 if _ARM.fullmatch(size) else AMD64


def google_platform(machine_type: str) -> str:
    """Of a machine type of Google Cloud."""
    return ARM64 if machine_type.startswith(_ARM_SERIES) else AMD64
