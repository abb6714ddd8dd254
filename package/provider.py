"""The provider of the package `pipeline`: makes a PipelineApp for a program in another process.

Rehearsals and diagnoses run here as they do in a program in Python: the engine calls the hooks of a component in the
process that made it.
"""

import sys
from collections.abc import Awaitable
from typing import Any, cast

import pulumi
from pulumi.errors import InputPropertiesError
from pulumi.provider import ConstructResult, server
from pulumi.provider.experimental import component
from pulumi.runtime.proto import ConstructRequest, ConstructResponse

from components.errors import ConfigError
from components.pipeline_app import PipelineApp
from components.pipeline_args import PipelineAppArgs
from package import names, schema
from package.analysis import AppAnalyzer
from package.arguments import Arguments

NAME = "pipeline"
"""First part of the type `pipeline:index:PipelineApp`, which a program in Python gives it too."""
VERSION = "0.1.0"


class PipelineProvider(component.ComponentProvider):
    """Pulumi's own provider of components, with what it leaves out: clear refusals, and names as others write them."""

    def __init__(self) -> None:
        component.Analyzer = AppAnalyzer  # pyright: ignore[reportPrivateImportUsage] - the SDK asks for no other one
        super().__init__([PipelineApp], NAME, version=VERSION)
        self._app = self._component_defs[PipelineApp.__name__]
        self._names = names.from_python([self._app.inputs_mapping, *names.mappings(self._type_defs)])
        self.schema = schema.published(self.schema or "", self._names)

    def construct(
        self, name: str, resource_type: str, inputs: pulumi.Inputs, options: pulumi.ResourceOptions | None = None
    ) -> ConstructResult:
        """Make the app.

        Raises:
            InputPropertiesError: something is given that it does not take.
            ConfigError: something cannot work.
        """
        self.validate_resource_type(NAME, resource_type)
        app = PipelineApp(name, self.arguments(inputs), options)
        return ConstructResult(app.urn, self.get_state(app, self._app))

    def arguments(self, given: pulumi.Inputs) -> PipelineAppArgs:
        """The arguments, by Python's names.

        Raises:
            InputPropertiesError: all that it does not take.
        """
        found = Arguments(self._type_defs).of(given, self._app.inputs, self._app.inputs_mapping)
        return cast("PipelineAppArgs", found)

    def told(self, refusal: ConfigError) -> str:
        """The refusal in the words of a program in another language."""
        return names.in_text(str(refusal), self._names)


class PipelineServicer(server.ProviderServicer):
    """Answers the engine."""

    async def _construct(self, request: ConstructRequest, context: Any) -> ConstructResponse:
        """Make the app; what only shows when another resource has given a value is refused as the rest is."""
        try:
            made: Any = super()
            return await cast("Awaitable[ConstructResponse]", made._construct(request, context))
        except ConfigError as refusal:
            text = cast("PipelineProvider", self.provider).told(refusal)
            # Of these the engine shows the text and nothing else; the empty list is for the SDK, which needs one.
            raise InputPropertiesError(text, []) from refusal


def serve() -> None:
    """Serve the engine whose address is the first word of the command line, until it ends this process."""
    server.ProviderServicer = PipelineServicer  # what `main` makes
    server.main(PipelineProvider(), sys.argv[1:])
