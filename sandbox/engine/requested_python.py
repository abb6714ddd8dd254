"""Which Python a request of the engine means; what is wrong with it ends the call with its message."""

import os
from pathlib import Path

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2

from sandbox.engine import installed_packages, python_toolchain
from sandbox.engine.python_toolchain import Toolchain, ToolchainError
from sandbox.engine.serving import abort


def toolchain_of(info: language_pb2.ProgramInfo, context: grpc.ServicerContext, *, plugin: bool = False) -> Toolchain:
    """The toolchain that the options of the project file choose; of a provider, by its own rule."""
    options: dict[str, object] = MessageToDict(info.options)
    if plugin:
        options = python_toolchain.plugin_options(options)
    try:
        return python_toolchain.resolve(Path(info.root_directory), Path(info.program_directory), options)
    except ToolchainError as error:
        abort(context, str(error))


def python_of(toolchain: Toolchain, context: grpc.ServicerContext) -> Path:
    """The interpreter."""
    try:
        return toolchain.python()
    except ToolchainError as error:
        abort(context, str(error))


def packages_of(toolchain: Toolchain, context: grpc.ServicerContext) -> list[installed_packages.InstalledPackage]:
    """Every distribution that it sees."""
    try:
        return installed_packages.installed(toolchain.python(), toolchain.environment(os.environ))
    except ToolchainError as error:
        abort(context, str(error))
