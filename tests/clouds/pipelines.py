"""Pipelines of the simulated clouds: what a project's settings say of each, and machines of GitLab for its example.

A job there has no login but its own token.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sandbox.clouds import shell
from sandbox.clouds.place import Place
from sandbox.state import default_state
from tests.clouds.sky import Sky
from tests.e2e.ci_examples import Runner
from tests.e2e.github.pull_request import PullRequest
from tests.e2e.project import Project

_GCLOUD = 'for word in "$@"; do [ "${previous-}" != --output-file ] || cp FILE "$word"; previous=$word; done'
"""Google's file of a login by a token leads to its own server; the stand-in is the simulated cloud's login."""


def settings(target: str, sky: Sky) -> dict[str, str]:
    """What a repository's settings say of a cloud, as docs/ci.md has them."""
    if target == "aks":
        return {name.replace("ARM", "AZURE"): sky.environment[name] for name in (
            "ARM_CLIENT_ID", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID"
        )}  # fmt: skip
    if target == "eks":
        return {"AWS_ROLE": "arn:aws:iam::123456789012:role/preview", "AWS_REGION": "eu-central-1"}
    pool = "projects/42/locations/global/workloadIdentityPools/ci"
    return {"GOOGLE_IDENTITY_PROVIDER": f"{pool}/providers/github", "GOOGLE_SERVICE_ACCOUNT": "preview@my-project"}


@dataclass(frozen=True)
class MergeRequest:
    """One of a project whose settings name a stack and its cloud."""

    stack: Project
    target: str
    sky: Sky
    pushes: PullRequest

    @property
    def number(self) -> str:
        """As GitLab counts them."""
        return str(self.pushes.number)

    def run(self, job: str, folder: Path) -> Runner:
        """Run a job on a new machine, which must end well; the machine after it.

        Args:
            job: its name in the example.
            folder: of the machine, not yet there.
        """
        machine, environment = self._machine(folder), self.sky.environment
        variables = {
            **settings(self.target, self.sky),
            "TEST_STACK": self.stack.stack,
            "TEST_TARGET": self.target,
            "CI_MERGE_REQUEST_IID": self.number,
            "DOCKER_HOST": environment["DOCKER_HOST"],  # in place of the service beside the job
            "PULUMI_CONFIG_PASSPHRASE": Path(environment["PULUMI_CONFIG_PASSPHRASE_FILE"]).read_text().strip(),
        }
        code = machine.gitlab(job, variables)
        assert code == 0, machine.said
        return machine

    def _machine(self, folder: Path) -> Runner:
        """Its shell has no login to a cloud; `az`, `gcloud` and half of `aws` are stand-ins here."""
        logins = shell.deployer(Place(default_state()))
        bare = {name: value for name, value in self.sky.environment.items() if name not in logins}
        made = Runner.at(folder, self.stack.folder, self.pushes.push(), bare)
        made.program("az", ":")
        made.program("gcloud", _GCLOUD.replace("FILE", logins["GOOGLE_APPLICATION_CREDENTIALS"]))
        tokens = shutil.which("aws", path=self.sky.environment["PATH"])
        made.program("aws", f'[ "$1" = sts ] || exec {tokens} "$@"')
        return made
