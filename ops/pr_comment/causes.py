"""Why a preview fails in a pipeline before the program can say it itself, and what to type. Pure.

Words of pulumi v3.274: pkg/backend/backenderr/backenderr.go, pkg/backend/diy/lock.go, pkg/secrets/passphrase,
pkg/cmd/pulumi/stack; of the clouds' login services as their documentation has them.
"""

import re

from ops.pr_comment.markdown import code

_RULES = tuple(
    (re.compile(pattern), text, command)
    for pattern, text, command in (
        (
            r"passphrase must be set",
            "The job has no passphrase for the stack's secrets. Give the step that runs the preview",
            "env: PULUMI_CONFIG_PASSPHRASE: ${{ secrets.PULUMI_CONFIG_PASSPHRASE }}",
        ),
        (
            r"incorrect passphrase",
            "The job's passphrase is not the one of the stack's secrets. Set the right one with",
            "gh secret set PULUMI_CONFIG_PASSPHRASE",
        ),
        (
            r"PULUMI_ACCESS_TOKEN must be set|requires logging in|have you logged in",
            "The job is not logged in to where the state lies. Log in before the preview with",
            "pulumi login URL",
        ),
        (
            r"no stack named '|stack not found|failed to find the stack snapshot",
            "There is no such stack yet where the state lies. Make it once with",
            "pulumi stack init {stack}",
        ),
        (
            r"currently locked by|update is currently in progress",
            "Another update holds the stack. Run the job again when that has ended; where it was killed, type",
            "pulumi cancel -s {stack}",
        ),
        (
            r"no Pulumi\.ya?ml",
            "The job does not run in the folder of the Pulumi program. Set, at the step,",
            "working-directory: FOLDER",
        ),
        (
            r"AADSTS7002\d+|No matching federated identity record",
            "Azure knows no federated credential for this job: its subject must be the one in the message. See",
            ".venv/bin/python -m ops trust aks",
        ),
        (
            r"sts:AssumeRoleWithWebIdentity",
            "The AWS role does not trust this job: its subject must be in the role's trust policy. See",
            ".venv/bin/python -m ops trust eks",
        ),
        (
            r"rejected by the attribute condition|iam\.serviceAccounts\.getAccessToken",
            "Google's identity pool or service account does not trust this job. See",
            ".venv/bin/python -m ops trust gke",
        ),
    )
)


def cause(said: str, stack: str) -> str:
    """Why, and what to type, in Markdown; empty where the words are not known here.

    Args:
        said: what pulumi or the program wrote.
        stack: for a command.
    """
    for pattern, text, command in _RULES:
        if pattern.search(said):
            return f"{text} {code(command.replace('{stack}', stack))}."
    return ""
