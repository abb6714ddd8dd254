"""What is there before a stack comes: another project's repository, and who may read or write it."""

from sandbox.clouds.google.image_names import Home
from sandbox.clouds.google.type_tokens import REPOSITORY, REPOSITORY_MEMBER, SERVICE
from sandbox.clouds.world import Thing

_WHEN = "2026-01-01T00:00:00Z"


def api(project: str, name: str) -> Thing:
    """An API that is on; `name` such as `artifactregistry`."""
    service = f"{name}.googleapis.com"
    inputs = {"service": service, "project": project, "disableOnDestroy": False}
    return Thing(token=SERVICE, id=f"{project}/{service}", inputs=inputs, outputs={}, made=0.0)


def repository(project: str, location: str, name: str) -> Thing:
    """A repository for images."""
    inputs = {"repositoryId": name, "format": "DOCKER", "location": location, "project": project}
    outputs = {
        "name": name,
        "mode": "STANDARD_REPOSITORY",
        "location": location,
        "project": project,
        "createTime": _WHEN,
        "updateTime": _WHEN,
        "registryUri": f"{location}-docker.pkg.dev/{project}/{name}",
    }
    identifier = Home(project, location, name).resource
    return Thing(token=REPOSITORY, id=identifier, inputs=inputs, outputs=outputs, made=0.0)


def member(of: Thing, who: str, role: str) -> Thing:
    """A role on a repository.

    Args:
        of: the repository.
        who: such as `serviceAccount:ci@my-project.iam.gserviceaccount.com`.
        role: such as `roles/artifactregistry.writer`.
    """
    place = {"location": of.inputs["location"], "project": of.inputs["project"], "repository": of.outputs["name"]}
    inputs = {**place, "member": who, "role": role}
    return Thing(token=REPOSITORY_MEMBER, id=f"{of.id}/{role}/{who}", inputs=inputs, outputs={}, made=0.0)
