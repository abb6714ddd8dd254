"""The table of settings in README.md, from the models: `python -m docs.config_table` writes it anew.

One row for each key of a stack file: its path below `monadic-pipeline:`, its default, and the model's own words.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from components.settings_models import LocalSettings

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- settings: python -m docs.config_table -->", "<!-- end of settings -->"
SECRETS = (
    ("registryPassword", "Password of `registry.username`; a secret."),
    ("appSecrets", "Secrets for the app by name; secrets."),
)


def table() -> str:
    """The table as Markdown, ending in a newline."""
    rows = [
        "| key | default | what it is |",
        "|---|---|---|",
        "| `target` | required | `aks`, `eks`, `gke` or `local`. |",
    ]
    rows += [f"| `{key}` | {default} | {text} |" for key, default, text in _rows(LocalSettings, "")]
    rows += [f"| `{key}` | none | {text} |" for key, text in SECRETS]
    return "\n".join(rows) + "\n"


def with_table(readme: str) -> str:
    """The README's text with the table between its two markers.

    Raises:
        ValueError: a marker is missing.
    """
    before, found, rest = readme.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        message = f"README.md has no {BEGIN} … {END}"
        raise ValueError(message)
    return f"{before}{BEGIN}\n{table()}{END}{after}"


def _rows(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        if key == "target":
            continue
        inner = _group(field)
        if inner is not None:
            yield from _rows(inner, f"{key}.")
        else:
            text = (field.description or "").replace("\n", " ").replace("|", "\\|")
            yield key, default_of(field), text


def _group(field: FieldInfo) -> type[BaseModel] | None:
    """The model of a key that is an object of its own, whose keys get rows."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def default_of(field: FieldInfo) -> str:
    """The default of a key as a table shows it."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value in ({}, (), ""):
        return "none"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
