"""The hops as a picture: SVG for pages, Mermaid for Markdown. Pure."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from ops.report.path import Hop, Sign

_WIDTH, _HEIGHT, _GAP = 136, 84, 34
_MARGIN = 14
_LONGEST = 19
_STYLE = """
svg { --ink: #1f2933; --soft: #52606d; --line: #9aa5b1; --box: #f5f7fa;
      --good: #1b7f4b; --bad: #c0232c; --open: #8a6d00; }
@media (prefers-color-scheme: dark) {
  svg { --ink: #f0f4f8; --soft: #b0bcc8; --line: #7b8794; --box: #1f2933;
        --good: #5fd39a; --bad: #ff8a8f; --open: #e6c14f; }
}
rect { fill: var(--box); stroke-width: 2.5; }
.good rect { stroke: var(--good); } .bad rect { stroke: var(--bad); }
.open rect { stroke: var(--open); stroke-dasharray: 6 4; }
text { fill: var(--ink); text-anchor: middle; font-family: system-ui, -apple-system, "Segoe UI", sans-serif; }
.name { font-size: 16px; font-weight: 600; } .what { font-size: 12px; fill: var(--soft); }
.good .sign { fill: var(--good); } .bad .sign { fill: var(--bad); } .open .sign { fill: var(--open); }
.sign { font-size: 12px; font-weight: 600; }
path { stroke: var(--line); stroke-width: 2; fill: none; }
"""
_SIGNS = {Sign.GOOD: "✓ good", Sign.BAD: "✗ wrong", Sign.OPEN: "? open"}
_COLOURS = {Sign.GOOD: "stroke:#1b7f4b", Sign.BAD: "stroke:#c0232c,stroke-width:3px", Sign.OPEN: "stroke:#8a6d00"}


def svg(hops: Sequence[Hop]) -> ET.Element:
    """The picture; it follows the reader's light or dark colours, and needs nothing from elsewhere."""
    width = 2 * _MARGIN + len(hops) * _WIDTH + (len(hops) - 1) * _GAP
    height = 2 * _MARGIN + _HEIGHT
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}", "role": "img"})
    _add(root, "title", ", ".join(f"{each.name}: {_SIGNS[each.sign][2:]}, {each.short}" for each in hops))
    _add(root, "style", _STYLE)
    middle = _MARGIN + _HEIGHT // 2
    for index, hop in enumerate(hops):
        left = _MARGIN + index * (_WIDTH + _GAP)
        if index:
            _add(root, "path", "", d=f"M{left - _GAP + 4} {middle}h{_GAP - 10}m-6 -5l6 5l-6 5")
        _box(root, hop, left)
    return root


def svg_text(hops: Sequence[Hop]) -> str:
    """The picture as a file."""
    return ET.tostring(svg(hops), encoding="unicode") + "\n"


def mermaid(hops: Sequence[Hop]) -> str:
    """The same for Markdown that knows Mermaid."""
    lines = ["flowchart LR"]
    for index, hop in enumerate(hops):
        lines.append(f'  h{index}["{_plain(hop.name)}<br/>{_plain(hop.short)}<br/>{_SIGNS[hop.sign]}"]:::{hop.sign}')
    lines.append("  " + " --> ".join(f"h{index}" for index in range(len(hops))))
    lines += [f"  classDef {sign} {colour}" for sign, colour in _COLOURS.items()]
    return "\n".join(lines) + "\n"


def _box(root: ET.Element, hop: Hop, left: int) -> None:
    group = ET.SubElement(root, "g", {"class": hop.sign.value})
    _add(group, "title", "\n".join([hop.name, *hop.lines]))
    ET.SubElement(
        group, "rect", {"x": str(left), "y": str(_MARGIN), "width": str(_WIDTH), "height": str(_HEIGHT), "rx": "10"}
    )
    centre = str(left + _WIDTH // 2)
    for name, top, text in (("name", 27, hop.name), ("what", 49, _cut(hop.short)), ("sign", 70, _SIGNS[hop.sign])):
        _add(group, "text", text, **{"class": name, "x": centre, "y": str(_MARGIN + top)})


def _add(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    element = ET.SubElement(parent, tag, attributes)
    element.text = text or None


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _plain(text: str) -> str:
    """Without what Mermaid or HTML would read as its own."""
    return "".join(each if each.isalnum() or each in " .,:/_-" else " " for each in _cut(text))
