"""The pictures of docs/clouds.md can be read in light and dark, and show the defaults."""

import re
from xml.etree import ElementTree as ET

import pytest

from components.platforms.contract import Target
from components.settings_aks import NewAksCluster
from components.settings_eks import NewEksCluster
from components.settings_gke import NewGkeCluster
from tests.unit.clouds_page import DOCS, TEXT

SVG = "{http://www.w3.org/2000/svg}"
SIZES = {
    Target.AKS: NewAksCluster.model_fields["node_size"].default,
    Target.EKS: NewEksCluster.model_fields["node_type"].default,
    Target.GKE: NewGkeCluster.model_fields["machine_type"].default,
}


def picture(target: Target) -> tuple[ET.Element, str]:
    """The root of a cloud's picture, and its text."""
    text = (DOCS / f"clouds-{target}.svg").read_text()
    return ET.fromstring(text), text  # noqa: S314 - a file of this repository


@pytest.mark.parametrize("target", SIZES)
def test_the_size_of_a_node_is_the_default(target: Target) -> None:
    assert f">1 \N{MULTIPLICATION SIGN} {SIZES[target]}<" in picture(target)[1]
    assert f" 1 `{SIZES[target]}`" in TEXT


@pytest.mark.parametrize("target", SIZES)
def test_a_picture_says_what_it_shows_and_has_colours_for_light_and_dark(target: Target) -> None:
    root, text = picture(target)
    title = root.findtext(f"{SVG}title") or ""
    assert title.startswith(f"{target.upper()}: ")
    assert f'<img src="clouds-{target}.svg" alt="{title}"' in TEXT
    light, _, dark = (root.findtext(f"{SVG}style") or "").partition("prefers-color-scheme: dark")
    colours = re.findall(r"(--\w+): #", light)
    assert colours == re.findall(r"(--\w+): #", dark)
    assert set(re.findall(r"var\((--\w+)\)", text)) <= set(colours)


@pytest.mark.parametrize("target", SIZES)
def test_no_text_is_wider_than_the_box_around_it(target: Target) -> None:
    root, _ = picture(target)
    boxes = [[float(each.get(side, 0)) for side in ("x", "y", "width", "height")] for each in root.iter(f"{SVG}rect")]
    for text in root.iter(f"{SVG}text"):
        x, y, words = float(text.get("x", 0)), float(text.get("y", 0)), text.text or ""
        inside = [box for box in boxes if box[0] < x < box[0] + box[2] and box[1] < y < box[1] + box[3]]
        left, _, width, _ = min(inside, key=lambda box: box[2])
        # A letter is about 6.2 wide, and one of a name 9.4.
        half = len(words) * (9.4 if text.get("class") == "name" else 6.2) / 2
        assert left <= x - half, words
        assert x + half <= left + width, words
