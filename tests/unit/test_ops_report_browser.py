"""The report as a real browser draws it, which asks nobody for anything."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ops.report.page import page
from ops.report.path import Hop, Sign
from ops.status import Status
from tests.unit.stack_cluster import serving
from tests.unit.stack_place import place
from tests.unit.test_ops_report import gathered

_NAMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
BROWSER = next(filter(None, map(shutil.which, _NAMES)), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason=f"none of {', '.join(_NAMES)} is on PATH")

_SECONDS = 60
_WIDTH, _HEIGHT = 1400, 900
_ALONE = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-extensions", "--no-pings"),
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--no-sandbox"),
    *("--disable-dev-shm-usage", "--proxy-server=http://127.0.0.1:1", "--proxy-bypass-list=<-loopback>"),
)
"""Without a network. It sees our own files only, so it needs no sandbox, which root cannot have."""
_LOOKS = """<script>
addEventListener("load", () => {
  const boxes = [...document.querySelectorAll("figure svg g")].map((each) => {
    const rect = each.querySelector("rect"), box = rect.getBoundingClientRect();
    const texts = [...each.querySelectorAll("text")];
    return {
      left: box.left, right: box.right, height: box.height, stroke: getComputedStyle(rect).stroke,
      texts: texts.map((text) => text.textContent),
      wide: texts.every((text) => text.getBoundingClientRect().width <= box.width),
    };
  });
  document.body.dataset.drawn = JSON.stringify(boxes);
  const fetched = performance.getEntriesByType("resource").map((each) => each.name);
  document.body.dataset.fetched = JSON.stringify(fetched);
});
</script>"""
HOPS = [
    Hop("source", Sign.OPEN, "built elsewhere"),
    Hop("image", Sign.GOOD, "41f45879189d"),
    Hop("registry", Sign.GOOD, "registry.example.com"),
    Hop("grant", Sign.GOOD, "login"),
    Hop("node", Sign.GOOD, "node-1"),
    Hop("pod", Sign.BAD, "crash-loop-of-the-app", ("crash-loop: It ends.",)),
    Hop("URL", Sign.OPEN, "not asked"),
]


@pytest.fixture(scope="module")
def status() -> Status:
    with place(serving()) as here:
        return here.look()


def seen(text: str, folder: Path) -> str:
    """The DOM that a browser has made of a page, without a network."""
    assert BROWSER is not None
    file = folder / "report.html"
    assert text.count("</body>") == 1
    file.write_text(text.replace("</body>", f"{_LOOKS}</body>"))
    own = (f"--user-data-dir={folder / 'profile'}", f"--window-size={_WIDTH},{_HEIGHT}")
    command = [BROWSER, *_ALONE, *own, "--dump-dom", file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def noted(dom: str, name: str) -> Any:
    """What the script left in the DOM."""
    (found,) = re.findall(rf'data-{name}="([^"]*)"', dom)
    return json.loads(html.unescape(found))


def test_a_browser_draws_each_hop_in_its_colour_and_asks_nobody(status: Status, tmp_path: Path) -> None:
    dom = seen(page(gathered(status), HOPS), tmp_path)
    boxes = noted(dom, "drawn")
    assert [each["texts"][0] for each in boxes] == [each.name for each in HOPS]
    assert [each["texts"][2][2:] for each in boxes] == ["open", *["good"] * 4, "wrong", "open"]
    # Beside each other, inside of the window, and large enough to be read.
    edges = [edge for each in boxes for edge in (each["left"], each["right"])]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= _WIDTH
    assert all(each["height"] > 20 and each["wide"] for each in boxes)
    colours = {each.sign: box["stroke"] for each, box in zip(HOPS, boxes, strict=True)}
    assert len({*colours.values()}) == 3
    assert "It stops at the pod" in dom
    assert noted(dom, "fetched") == []


def test_what_a_page_would_fetch_is_seen(status: Status, tmp_path: Path) -> None:
    image = "http://images.example.com/a.png"
    text = page(gathered(status), HOPS).replace("<figure>", f'<img src="{image}"><figure>')
    assert noted(seen(text, tmp_path), "fetched") == [image]
