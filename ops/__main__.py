"""`python -m ops COMMAND`: tools for running clusters and for scripts; `python -m ops --help` lists them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ops.classify import classify_lines
from ops.diagnose import NoSuchWorkloadError, Question, diagnoses, health, show
from pulls.cluster import ClusterError, connect
from pulls.diagnosis import Facts
from pulls.fixes import Target

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


@app.callback()
def ops() -> None:
    """Tools for running clusters and for scripts."""


@app.command()
def classify() -> None:
    """Name the cause of each image-pull text: JSON lines in, JSON lines out.

    Each line of standard input is {"reason": "ErrImagePull", "message": "…"}, with "events": ["…"] if there are any,
    oldest first. Each answer has code, class and evidence, in the same order. A line that cannot be read gets no
    answer: it is named on standard error, the others are still answered, and the exit code is 2.
    """
    raise typer.Exit(classify_lines(sys.stdin.buffer, sys.stdout, sys.stderr))


@app.command()
def diagnose(
    workload: Annotated[
        str | None,
        typer.Argument(help="deployment/NAME, statefulset/…, job/… or pod/…; all of the namespace if not given."),
    ] = None,
    *,
    namespace: Annotated[str, typer.Option("--namespace", "-n", help="Where it is.")] = "default",
    context: Annotated[str | None, typer.Option(help="Of the kubeconfig; the current one if not given.")] = None,
    kubeconfig: Annotated[Path | None, typer.Option(help="$KUBECONFIG, then ~/.kube/config, if not given.")] = None,
    target: Annotated[
        Target, typer.Option(help="Which commands mend it: those for this kind of cluster.")
    ] = Target.ANY,
    as_document: Annotated[bool, typer.Option("--json", help="For scripts; docs/diagnosis.schema.json.")] = False,
    registry: Annotated[bool, typer.Option(help="Ask the registry too, with the pod's own pull secret.")] = True,
) -> None:
    """Say why pods do not come up: the cause, what says so, and what to type. Reads only.

    The exit code is 0 when nothing is wrong, 3 when the causes are named, 4 when at least one is not recognised,
    1 when the cluster cannot be asked.
    """
    question = Question(namespace, workload, ask_registry=registry)
    try:
        found = diagnoses(connect(context, kubeconfig), question, Facts(target))
    except (ClusterError, NoSuchWorkloadError) as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    show(found, question, sys.stdout, as_document=as_document)
    raise typer.Exit(health(found))


if __name__ == "__main__":
    app(prog_name="python -m ops")
