"""Messages of the provider protocol, from and to what the simulated clouds speak."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2

from sandbox.clouds import checked
from sandbox.clouds.diff import Change
from sandbox.clouds.kinds import CloudError
from sandbox.engine.serving import abort

_KINDS = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


@contextmanager
def answered(context: grpc.ServicerContext) -> Generator[None]:
    """Pass on what the cloud says in the block, as it is: real providers' errors come without a code, too."""
    try:
        yield
    except CloudError as error:
        abort(context, str(error))


def type_of(urn: str) -> str:
    """The type token in a URN."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def name_of(urn: str) -> str:
    """The logical name in a URN."""
    return urn.split("::", 3)[3]


def old_inputs(request: provider_pb2.DiffRequest) -> dict[str, Any]:
    """The inputs so far; engines that do not send them send the state."""
    return checked.read(request.old_inputs if request.HasField("old_inputs") else request.olds)


def failures(wrong: Sequence[checked.Failure]) -> list[provider_pb2.CheckFailure]:
    """What was refused, property by property."""
    return [provider_pb2.CheckFailure(property=name, reason=reason) for name, reason in wrong]


def difference(found: Sequence[Change], *, delete_first: bool = False) -> provider_pb2.DiffResponse:
    """What changed; `delete_first` of a replacement."""
    if not found:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME,
        diffs=list(dict.fromkeys(change.top for change in found)),
        replaces=list(dict.fromkeys(change.top for change in found if change.replaces)),
        deleteBeforeReplace=delete_first,
        detailedDiff={
            change.path: provider_pb2.PropertyDiff(kind=_KINDS[change.deed, change.replaces], inputDiff=True)
            for change in found
        },
        hasDetailedDiff=True,
    )
