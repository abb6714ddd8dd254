"""The text of docs/clouds.md, taken apart."""

import re

from components.platforms.contract import Target
from tests.stack_files import ROOT

DOCS = ROOT / "docs"
TEXT = (DOCS / "clouds.md").read_text()
SECTIONS = dict(zip(*[iter(re.split(r"^## (.+)\n", TEXT, flags=re.MULTILINE)[1:])] * 2, strict=True))
CLOUDS = [each for each in Target if each is not Target.LOCAL]
PLATFORMS = ROOT / "components" / "platforms"


def blocks(language: str, text: str = TEXT) -> list[str]:
    """What stands in fences of a language, without the indentation of a list."""
    return [each[1] for each in re.findall(rf"^( *)```{language}\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL)]
