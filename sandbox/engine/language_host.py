"""The Python language host: runs the user's program for the engine.

Follows `sdk/python/cmd/pulumi-language-python/main.go` of pulumi/pulumi at 1b594989. Not here,
and refused by name: the debugger and code generation (`refused_requests.py`).
"""

import os
import subprocess
from collections.abc import Iterator
from importlib.metadata import version

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from sandbox.engine import installed_packages
from sandbox.engine.dependency_install import install
from sandbox.engine.plugin_process import POLICY_PACK, run_plugin
from sandbox.engine.program_process import ProgramProcesses
from sandbox.engine.python_toolchain import ToolchainError
from sandbox.engine.refused_requests import OFFICIAL, RefusedRequests
from sandbox.engine.requested_python import packages_of, python_of, toolchain_of
from sandbox.engine.serving import abort, serve

_BAIL = 32
"""The program's exit code when it has told the user already (`pulumi-language-python-exec`)."""


class LanguageHost(RefusedRequests):
    """The engine's view of Python."""

    def __init__(self, engine: str) -> None:
        self.engine = engine
        self.programs = ProgramProcesses()

    def Handshake(  # noqa: N802 - the protocol's name
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Take the engine's address when the engine attaches to a running host."""
        _ = context
        self.engine = request.engine_address or self.engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(  # noqa: N802 - the protocol's name
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """The version of the SDK that this host was written for."""
        _ = request, context
        return plugin_pb2.PluginInfo(version=version("pulumi"))

    def GetRequiredPackages(  # noqa: N802 - the protocol's name
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        """The plug-ins of every installed Pulumi package, used or not, as the official."""
        packages = packages_of(toolchain_of(request.info, context), context)
        try:
            plugins = [installed_packages.plugin_of(package) for package in packages]
        except ToolchainError as error:
            abort(context, str(error))
        return language_pb2.GetRequiredPackagesResponse(
            packages=[_dependency(plugin) for plugin in plugins if plugin is not None]
        )

    def GetProgramDependencies(  # noqa: N802 - the protocol's name
        self, request: language_pb2.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        """The installed packages; without `transitiveDependencies` only those that no other package needs."""
        packages = packages_of(toolchain_of(request.info, context), context)
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=package.name, version=package.version)
                for package in packages
                if request.transitiveDependencies or not package.needed_by_others
            ]
        )

    def About(  # noqa: N802 - the protocol's name
        self, request: language_pb2.AboutRequest, context: grpc.ServicerContext
    ) -> language_pb2.AboutResponse:
        """Which Python runs the program, for `pulumi about`."""
        toolchain = toolchain_of(request.info, context)
        python = python_of(toolchain, context)
        asked = [python, "-c", "import platform; print(platform.python_version())"]
        version_of = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
        return language_pb2.AboutResponse(
            executable=str(python),
            version=version_of.stdout.strip(),
            metadata={"toolchain": toolchain.name.capitalize(), "typechecker": "None"},
        )

    def RuntimeOptionsPrompts(  # noqa: N802 - the protocol's name
        self, request: language_pb2.RuntimeOptionsRequest, context: grpc.ServicerContext
    ) -> language_pb2.RuntimeOptionsResponse:
        """Nothing to ask: `pulumi new` is not what the sandbox is for."""
        _ = request, context
        return language_pb2.RuntimeOptionsResponse()

    def InstallDependencies(  # noqa: N802 - the protocol's name
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """`pulumi install`: make the virtual environment and fill it."""
        toolchain = toolchain_of(request.info, context, plugin=request.is_plugin)
        try:
            for line in install(toolchain):
                yield language_pb2.InstallDependenciesResponse(stdout=line)
        except ToolchainError as error:
            abort(context, str(error))

    def Run(  # noqa: N802 - the protocol's name
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        """Run the program; its output goes straight to the user."""
        if request.attach_debugger:
            message = f"the sandbox's Python language host attaches no debugger (--attach-debugger); {OFFICIAL}"
            return language_pb2.RunResponse(error=message)
        toolchain = toolchain_of(request.info, context)
        python = python_of(toolchain, context)
        code = self.programs.run(
            request,
            python=python,
            engine=self.engine,
            environment=toolchain.environment(os.environ),
            context=context,
        )
        if code == _BAIL:
            return language_pb2.RunResponse(bail=True)
        if code:
            return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {code}")
        return language_pb2.RunResponse()

    def RunPlugin(  # noqa: N802 - the protocol's name
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a policy pack or a provider that is written in Python, until it ends or the engine lets go of it."""
        if request.attach_debugger:
            abort(context, f"the sandbox's Python language host attaches no debugger to a plug-in; {OFFICIAL}")
        toolchain = toolchain_of(request.info, context, plugin=request.kind != POLICY_PACK)
        python, environment = python_of(toolchain, context), toolchain.environment(os.environ)
        try:
            yield from run_plugin(request, python=python, environment=environment, context=context)
        except ToolchainError as error:
            abort(context, str(error))

    def Cancel(  # noqa: N802 - the protocol's name
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Interrupt the programs that run, as Ctrl-C would."""
        _ = request, context
        self.programs.interrupt()
        return empty_pb2.Empty()


def _dependency(plugin: installed_packages.Plugin) -> plugin_pb2.PackageDependency:
    return plugin_pb2.PackageDependency(
        name=plugin.name,
        kind="resource",
        version=plugin.version,
        server=plugin.server,
        parameterization=_parameterization(plugin.parameterization),
        extension=_parameterization(plugin.extension),
    )


def _parameterization(given: installed_packages.Parameterization | None) -> plugin_pb2.PackageParameterization | None:
    if given is None:
        return None
    return plugin_pb2.PackageParameterization(name=given.name, version=given.version, value=given.value)


def main(arguments: list[str]) -> None:
    """Serve the engine whose address is the last argument."""
    host = LanguageHost(arguments[-1] if arguments else "")
    serve(
        lambda server: language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server),
        host.programs.end,
    )
