"""Which of the component's arguments other languages can give: the SDK reads them from its types, with two exceptions.

Some can only be made by a Python program in the same process, and some have a type that Pulumi's schemas lack.
"""

from typing import Any

from pulumi.provider.experimental.analyzer import Analyzer, PropertyDefinition

_ONLY_IN_PYTHON = ("depends_on", "loader")
"""Resources and functions of the program itself; `dependsOn` among the resource's options is the former for all."""
_ANY: Any = Any
_SIMPLER: dict[str, Any] = {"rehearsal": str, "fresh_seconds": float}
"""`pull` or `off` is checked when the component is made; seconds need no function."""


class AppAnalyzer(Analyzer):
    """Reads the types of PipelineApp and its arguments."""

    def analyze_type(
        self, typ: type, *, is_component_output: bool
    ) -> tuple[dict[str, PropertyDefinition], dict[str, str]]:
        """Properties by the names that other languages use, and those names' names in Python."""
        properties, names = super().analyze_type(typ, is_component_output=is_component_output)
        kept = {name: python for name, python in names.items() if python not in _ONLY_IN_PYTHON}
        return {name: properties[name] for name in kept}, kept

    def analyze_property(self, arg: Any, typ: type, name: str, **how: Any) -> PropertyDefinition:
        """One of them; those that are left out again are anything."""
        return super().analyze_property(_ANY if name in _ONLY_IN_PYTHON else _SIMPLER.get(name, arg), typ, name, **how)
