"""What a stack on a cloud needs: what preflight says, the cloud's programs, and what the cloud itself answers.

The cloud is asked through its own command line, which has the login of whoever deploys; only the engine could ask it
through Pulumi, and `pulumi preview` does. **None of these questions was ever put to a real account**: their words and
answers are those of the vendors' documentation.
"""

import os
import shutil
from collections.abc import Sequence

from components.errors import ConfigError
from components.platforms.choice import check_machine, check_platform
from components.platforms.cloud_errors import advice, facts_of
from components.platforms.contract import Target
from components.platforms.registry_answer import refusal
from components.settings_foreign import ForeignRegistry
from components.settings_models import LocalSettings
from components.stack_file import Problem, StackFile, StackFileError
from ops.checks.cloud_questions import Question, questions
from ops.checks.command import run
from ops.checks.finding import Finding, Name, State, of_problem, of_refusal, ok
from ops.checks.settled import Settled

SECONDS = 8.0
"""For one answer of a cloud's command line, which starts slowly."""
_OF_PLATFORM = frozenset({"cluster", "registry", "registryPassword"})
"""What a platform is made from, as preflight has it."""
_OF_LOGIN = ("azure", "aws", "google", "gcp", "kubelogin", "gke-gcloud-auth-plugin")
"""How paths begin of what is said of this machine, and not of the stack file."""
_PROGRAMS = {
    Target.AKS: (("az", "version"), ("kubelogin", "--version")),
    Target.EKS: (("aws", "--version"),),
    Target.GKE: (("gcloud", "--version"), ("gke-gcloud-auth-plugin", "--version")),
}
_NOT_BY_CLI = ("ARM_CLIENT_ID", "ARM_USE_OIDC", "ARM_USE_MSI")
"""Variables with which Pulumi does not log in to Azure by its command line (login_azure.py)."""
_WHY_FILE = "pulumi refuses the stack before it changes anything"
_WHY_LOGIN = "everything in the cloud is made with this login"


def check_preflight(settled: Settled) -> list[Finding]:
    """What preflight says of the platform; no network is asked but a registry of others."""
    settings = settled.settings
    assert settings is not None
    assert not isinstance(settings, LocalSettings)
    try:
        if settled.broken & _OF_PLATFORM or _is_sealed(settled, settings.registry):
            check_machine(settings, settled.stack, [(each,) for each in settled.broken])
        else:
            check_platform(settings, settled.secrets, settled.stack)
    except StackFileError as refusal:
        problems = [each for each in refusal.problems if str(each.path[0]) not in settled.broken]
        found = [_of(each) for each in problems if not _is_of_login(each, settings.registry)]
    except ConfigError as refusal:
        found = of_refusal(Name.SETTINGS, refusal, _WHY_FILE)
    else:
        found = []
    if any(each.check is Name.CLOUD_LOGIN for each in found):
        return found
    return [*found, *ok(Name.CLOUD_LOGIN, "there is one; whether it still counts, only the cloud can say")]


def check_programs(target: Target) -> list[Finding]:
    """Versions of the cloud's programs that are here; what is missing and needed, preflight says."""
    found: list[str] = []
    for program, option in _PROGRAMS[target]:
        if shutil.which(program) is not None:
            ran = run([program, option], SECONDS)
            found.append(version_line(program, ran.out or ran.error))
    return ok(Name.CLOUD_TOOLS, ", ".join(found)) if found else []


def check_question(question: Question, settled: Settled) -> list[Finding]:
    """Put one question to the cloud."""
    ran = run(question.words, SECONDS)
    if ran.good:
        return question.answered(ran.out.strip())
    assert settled.settings is not None
    assert not isinstance(settled.settings, LocalSettings)
    target, facts = settled.settings.target, facts_of(settled.settings)
    known = None if ran.code is None else advice(settled.stack, target, "", ran.error, facts)
    if known is not None:
        return [of_problem(question.check, known, question.why)]
    missing = ran.code is not None and question.is_missing(ran.error)
    state = State.PROBLEM if missing else State.UNKNOWN
    said = ran.said if ran.code is None else f"{question.words[0]} does not say: {ran.said}"
    what = question.missing if missing else said
    return [Finding(question.check, state, what, question.why, (question.command,))]


def can_ask(program: str) -> bool:
    """Whether a command line is here, and has the login that deploys."""
    # A service principal, say, is known to Pulumi alone: the Azure CLI may be logged in as somebody else, or nobody.
    other = program == "az" and any(os.environ.get(each) for each in _NOT_BY_CLI)
    return shutil.which(program) is not None and not other


def cloud_questions(settled: Settled) -> Sequence[Question]:
    """What is asked of the cloud of a stack: nothing of what has mistakes, and nothing without its program."""
    settings = settled.settings
    assert settings is not None
    assert not isinstance(settings, LocalSettings)
    if settled.broken & _OF_PLATFORM:
        return ()
    return [each for each in questions(settings) if can_ask(each.words[0])]


def not_asked(target: Target, stack: StackFile) -> list[Finding]:
    """What to say where the cloud's command line is not here."""
    program = _PROGRAMS[target][0][0]
    if shutil.which(program) is not None:
        return []
    what = f"the cloud was not asked, as {program} is not on the PATH"
    why = "whether the login counts and what the stack names is there, is then first seen at preview"
    return [Finding(Name.CLOUD_ACCOUNT, State.UNKNOWN, what, why, (f"pulumi preview -s {stack.stack}",))]


def version_line(program: str, said: str) -> str:
    """What a program says of its version, in one line that names it. Pure."""
    lines = [each.replace('"', "").strip(" ,") for each in said.splitlines()]
    version = next((each for each in lines if any(map(str.isdigit, each))), "")
    return version if program in version else f"{program} {version}".strip()


def _is_sealed(settled: Settled, registry: object) -> bool:
    """Whether preflight would send what stands for a password that nobody could decrypt."""
    return settled.sealed and isinstance(registry, ForeignRegistry) and registry.username is not None


def _is_of_login(problem: Problem, registry: object) -> bool:
    """Whether it is what the check of the registry says too, with more: that check asks with the same login."""
    return isinstance(registry, ForeignRegistry) and problem.message.startswith(refusal(registry.host))


def _of(problem: Problem) -> Finding:
    if str(problem.path[0]).startswith(_OF_LOGIN):
        return of_problem(Name.CLOUD_LOGIN, problem, _WHY_LOGIN)
    return of_problem(Name.SETTINGS, problem, _WHY_FILE)
