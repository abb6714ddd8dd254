"""What clusters of all clouds are told in the same words."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from components.domain import Cidr
from components.settings_model import Model

KubernetesVersion = Annotated[str, Field(pattern=r"^1\.[0-9]{2}(\.[0-9]+)?$", examples=["1.34"])]
NodeCount = Annotated[int, Field(ge=1, le=100)]


class NewCluster(Model):
    """A cluster of this stack, on any cloud."""

    api_ranges: Sequence[Cidr] = ()
    """Addresses that may connect to the API server; everywhere if not given."""
