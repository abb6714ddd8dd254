"""What the sandbox's language host does not do, each refused by the command that asks for it.

Without these, the engine shows only "Method not implemented!". `GetRequiredPlugins` and `Template` are left to that:
the engine then goes on without them.
"""

from typing import NoReturn

import grpc
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

OFFICIAL = "install the official Pulumi: https://www.pulumi.com/docs/install/"


class RefusedRequests(language_pb2_grpc.LanguageRuntimeServicer):
    """Answers each of them with what to do."""

    def GenerateProgram(  # noqa: N802 - the protocol's name
        self, request: language_pb2.GenerateProgramRequest, context: grpc.ServicerContext
    ) -> language_pb2.GenerateProgramResponse:
        """Code for what `pulumi import` found, or of `pulumi convert`."""
        _ = request
        _refuse(context, "writes no programs (pulumi import, pulumi convert; for import, --generate-code=false helps)")

    def GenerateProject(  # noqa: N802 - the protocol's name
        self, request: language_pb2.GenerateProjectRequest, context: grpc.ServicerContext
    ) -> language_pb2.GenerateProjectResponse:
        """A project of `pulumi convert`."""
        _refuse(context, f"writes no projects (pulumi convert, to {request.target_directory})")

    def GeneratePackage(  # noqa: N802 - the protocol's name
        self, request: language_pb2.GeneratePackageRequest, context: grpc.ServicerContext
    ) -> language_pb2.GeneratePackageResponse:
        """An SDK of `pulumi package add` or `gen-sdk`."""
        _refuse(context, f"generates no SDKs (pulumi package, to {request.directory})")

    def Pack(  # noqa: N802 - the protocol's name
        self, request: language_pb2.PackRequest, context: grpc.ServicerContext
    ) -> language_pb2.PackResponse:
        """An SDK as one file, of `pulumi package pack-sdk`."""
        _refuse(context, f"packs no SDKs (pulumi package pack-sdk, of {request.package_directory})")

    def Link(  # noqa: N802 - the protocol's name
        self, request: language_pb2.LinkRequest, context: grpc.ServicerContext
    ) -> language_pb2.LinkResponse:
        """A generated SDK among the program's dependencies, of `pulumi package add`."""
        _refuse(context, f"adds no SDKs to a program (pulumi package add, to {request.info.program_directory})")


def _refuse(context: grpc.ServicerContext, what: str) -> NoReturn:
    message = f"the sandbox's Python language host {what}; {OFFICIAL}"
    context.abort(grpc.StatusCode.UNIMPLEMENTED, message)
    raise AssertionError(message)  # abort raises: this line tells the type checker
