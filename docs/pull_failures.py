"""docs/pull-failures.md, from the catalogue of causes: `python -m docs.pull_failures` writes it anew.

One section for each code of `pulls.causes`, under a heading that is the code, so that `#code` stays a good link.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

from docs.markdown import table
from docs.pull_prose import CLASSIFY, EVENTS, PLACEHOLDERS, TOP, WHY
from docs.pull_words import NO_PULL, WORDS
from pulls.causes import CATALOGUE, Cause, Class, Code
from pulls.fix.command import Fix
from pulls.fixes import Target, fixes_for
from pulls.kubelet.symptom import SymptomKind
from pulls.kubelet.troubles import TROUBLES

PAGE = Path(__file__).with_name("pull-failures.md")
OWN = tuple(each for each in Target if each is not Target.ANY)
_CLASSES = {
    Class.PERMANENT: "It stays until somebody changes something.",
    Class.TRANSIENT: "It may pass by itself; the kubelet tries again.",
    Class.PROPAGATING: "It passes by itself if the right to pull was given just now: wait 10 minutes on Azure, 7 on "
    "Google. After that it is permanent.",
}
_OTHER, _OTHER_LINK = "When it is not the image", "[not the image](#when-it-is-not-the-image)"
_LASTS = "It may pass by itself; the kubelet tries again. If it lasts for minutes, it is permanent."


def page() -> str:
    """The page as Markdown, ending in a newline."""
    parts = [
        TOP,
        table(("you see", "cause", "class"), ((_words(NO_PULL), _OTHER_LINK, ""), *_causes())),
        "## Classes\n",
        "\n".join(f"- **{each}**: {text}" for each, text in _CLASSES.items()) + "\n",
        *map(_section, CATALOGUE.values()),
        f"## {_OTHER}\n",
        table(("code", "what is wrong", "look", "usual fix"), _troubles()),
        "## Names in commands\n",
        table(("name", "what it is"), ((f"`<{name}>`", text) for name, text in PLACEHOLDERS.items())),
        CLASSIFY,
    ]
    return "\n".join(parts)


def own_fixes(code: Code, target: Target) -> tuple[Fix, ...]:
    """The fixes of a target without those for any cluster."""
    return tuple(
        each for each in fixes_for(code, target) if target is Target.ANY or each not in fixes_for(code, Target.ANY)
    )


def _section(cause: Cause) -> str:
    lines = [f"## {cause.code}", "", _class(cause), ""]
    lines += ["**What you see**", "", *_block("text", cause.seen or _unnamed()), ""]
    lines += [f"**Why.** {' '.join(filter(None, (cause.meaning, WHY.get(cause.code))))}", ""]
    lines += [*_fixes(cause.code), "**Verify**", "", *_block("sh", Fix("", cause.verify).rendered({})), ""]
    return "\n".join([*lines, "[↑ table](#find-your-text)", ""])


def _class(cause: Cause) -> str:
    if cause.kind is None:
        return "Whether it passes by itself is not known either."
    return f"*{cause.kind}*: {_LASTS if cause.lasts else _CLASSES[cause.kind]}"


def _unnamed() -> str:
    return "\n".join(word for code, words in WORDS if code is Code.UNKNOWN for word in words)


def _fixes(code: Code) -> Iterator[str]:
    alike = [each for each in OWN if not own_fixes(code, each)]
    for target in (each for each in OWN if each not in alike):
        yield from (f"**Fix on {target}**", "", *_steps(own_fixes(code, target)))
    heading = "**Fix on any cluster**"
    if alike:
        heading += f" ({', '.join(alike)}: only these)"
    steps = own_fixes(code, Target.ANY) or (Fix("Shows what the pod's events say.", EVENTS),)
    yield from (heading, "", *_steps(steps))


def _steps(fixes: Iterable[Fix]) -> Iterator[str]:
    for fix in fixes:
        yield from (f"- {fix.does}", "", *(f"  {line}" for line in _block("sh", fix.rendered({}))), "")


def _block(language: str, text: str) -> list[str]:
    return [f"```{language}", *text.splitlines(), "```"]


def _causes() -> Iterator[tuple[str, ...]]:
    for code, rows in groupby(WORDS, key=itemgetter(0)):
        yield _words(chain.from_iterable(words for _, words in rows)), f"[{code}](#{code})", CATALOGUE[code].kind or ""


def _words(words: Iterable[str]) -> str:
    return "<br>".join(f"`{each}`" for each in words)


def _troubles() -> Iterator[tuple[str, ...]]:
    for kind, trouble in TROUBLES.items():
        if kind is not SymptomKind.PULL:
            yield f"`{kind}`", trouble.meaning, f"`{Fix('', trouble.look).rendered({})}`", trouble.fix


if __name__ == "__main__":
    PAGE.write_text(page())
