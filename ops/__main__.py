"""`python -m ops COMMAND`: tools for running clusters and for scripts; `python -m ops --help` lists them."""

from pathlib import Path
from typing import Annotated

import typer

from ops.classify import classify_lines
from ops.deployments_command import deployments
from ops.diagnose import Question, diagnoses, health, show
from ops.diagnose_context import connected
from ops.doctor import doctor
from ops.expired_command import expired
from ops.images_command import images
from ops.pr_comment_command import pr_comment
from ops.recover_command import recover
from ops.report_command import report
from ops.review_command import review_stack
from ops.rollback_command import rollback
from ops.scope import NoSuchWorkloadError, NotReadError
from ops.status_command import status
from ops.streams import failed, or_one_line, standard_error, standard_input, standard_output
from ops.trust_command import trust
from ops.verify_command import verify
from pulls.cluster import ClusterError
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
    answer: it is named on standard error, the others are still answered, and the exit code is 2. It is 1 when lines
    cannot be read or answers not written.

    Example: echo '{"reason": "ErrImagePull", "message": "…: not found"}' | python -m ops classify
    """
    raise typer.Exit(or_one_line(lambda: classify_lines(standard_input().buffer, standard_output(), standard_error())))


@app.command()
def diagnose(
    workload: Annotated[
        str | None,
        typer.Argument(
            help="deployment/NAME, statefulset/…, job/…, cronjob/… or pod/…; all of the namespace if not given."
        ),
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
    """Say why pods do not come up, or are not reached: the cause, what says so, and what to type. Reads only.

    With the Ingresses that lead to them: class, address, Service and port, certificate, and whether this machine
    resolves the host.

    The exit code is 0 when nothing is wrong, 3 when the causes are named, 4 when at least one is not recognised,
    1 when the cluster cannot be asked, or may not be asked what an answer needs.

    Example: python -m ops diagnose -n shop deployment/web --json
    """
    question = Question(namespace, workload, ask_registry=registry)
    try:
        found = diagnoses(connected(context, kubeconfig), question, Facts(target, kube_context=context or ""))
    except (ClusterError, NoSuchWorkloadError, NotReadError) as error:
        raise typer.Exit(failed(str(error))) from None

    def answer() -> int:
        show(found, question, standard_output(), as_document=as_document)
        return health(found.diagnoses)

    raise typer.Exit(or_one_line(answer))


app.command()(deployments)
app.command()(doctor)
app.command()(expired)
app.command()(images)
app.command()(pr_comment)
app.command()(recover)
app.command()(report)
app.command()(review_stack)
app.command()(rollback)
app.command()(status)
app.command()(trust)
app.command()(verify)


if __name__ == "__main__":
    app(prog_name="python -m ops")
