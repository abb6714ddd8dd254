"""Artifact Registry: repositories, and who may read or write one."""

import datetime
import json

from sandbox.clouds import sdk_types
from sandbox.clouds.google import vendor
from sandbox.clouds.google.accounts import check_member
from sandbox.clouds.google.apis import require
from sandbox.clouds.google.identities import ARTIFACT_READERS, require_member
from sandbox.clouds.google.image_names import denied
from sandbox.clouds.google.places import (
    DOMAIN_NAMED,
    MULTI_REGIONS,
    Failures,
    is_region,
    project_of,
    text,
    with_project,
    wrong_labels,
    wrong_name,
)
from sandbox.clouds.google.type_tokens import REPOSITORY, REPOSITORY_MEMBER
from sandbox.clouds.kinds import CloudError, Function, Json, Kind, Order
from sandbox.clouds.world import Content, Thing

_ID = r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"


def repository_id(project: str, location: str, name: str) -> str:
    """The full name of a repository; one that is full already stays as it is."""
    return name if name.startswith("projects/") else f"projects/{project}/locations/{location}/repositories/{name}"


def _check(inputs: Json) -> Failures:
    name, location = text(inputs, "repositoryId"), text(inputs, "location")
    found = wrong_labels(inputs, "labels")
    if name in DOMAIN_NAMED:
        place = DOMAIN_NAMED[name]
        if location not in ("", place):
            found.append(("location", f"repository {name} must be in location {place}"))
    else:
        found += wrong_name(inputs, "repositoryId", _ID)
    if location and location not in MULTI_REGIONS and not is_region(location):
        found.append(("location", f"Location {location} is not found or access is unauthorized."))
    return found


def _identify(order: Order) -> str:
    location = _location(order)
    identifier = repository_id(project_of(order), location, order.inputs["repositoryId"])
    if order.content.find(REPOSITORY, identifier) is not None:
        message = "Error creating Repository: googleapi: Error 409: the repository already exists"
        raise CloudError(message)
    return identifier


def _location(order: Order) -> str:
    found = order.inputs.get("location") or order.config.get("region")
    if not found:
        message = "Cannot determine location: set in this resource, or set provider-level region"
        raise CloudError(message)
    return str(found)


def _made(order: Order, identifier: str) -> Json:
    _ = identifier
    project, location, name = project_of(order), _location(order), order.inputs["repositoryId"]
    require(order.content, project, "artifactregistry")
    vendor.check_repository(order.inputs)
    created = order.old.outputs["createTime"] if order.old is not None else _stamp(order.now)
    labels = order.inputs.get("labels", {})
    return {
        "name": name,
        "mode": order.inputs.get("mode", "STANDARD_REPOSITORY"),
        "location": location,
        "project": project,
        "createTime": created,
        "updateTime": _stamp(order.now),
        "effectiveLabels": labels,
        "pulumiLabels": labels,
        # A project of a domain stands in two parts (artifact-registry/docs/docker/names).
        "registryUri": f"{location}-docker.pkg.dev/{project.replace(':', '/')}/{name}",
    }


def _stamp(now: float) -> str:
    return datetime.datetime.fromtimestamp(now, datetime.UTC).isoformat().replace("+00:00", "Z")


def _delete(thing: Thing, content: Content, now: float) -> None:
    if thing.inputs.get("deletionPolicy") == "PREVENT":
        message = f"cannot destroy Repository {thing.id}: deletion_policy is set to PREVENT"
        raise CloudError(message)
    # The policy of a repository goes with it, and so do its images.
    for each in content.of(REPOSITORY_MEMBER):
        if each.id.startswith(f"{thing.id}/"):
            content.remove(each, now)


def _member_repository(order: Order) -> str:
    location = order.inputs.get("location") or order.config.get("region") or ""
    return repository_id(project_of(order), str(location), order.inputs["repository"])


def _its_repository(order: Order) -> str:
    """The repository that an IAM request is about.

    Raises:
        CloudError: it is not there.
    """
    repository = _member_repository(order)
    if order.content.find(REPOSITORY, repository) is None:
        message = f"googleapi: Error 403: {denied('getIamPolicy', repository)}, forbidden"
        raise CloudError(message)
    return repository


def _given(order: Order, identifier: str) -> Json:
    _ = identifier
    _its_repository(order)
    require_member(order.content, order.inputs["member"])
    return {"etag": "BwXsimulated="}


def _policy(order: Order) -> Json:
    """A member stands there once with each of its roles, however often that was given."""
    repository = _its_repository(order)
    members: dict[str, list[str]] = {}
    for each in order.content.of(REPOSITORY_MEMBER):
        if each.id.startswith(f"{repository}/"):
            members.setdefault(each.inputs["role"], []).append(each.inputs["member"])
    bindings = [{"role": role, "members": those} for role, those in members.items()]
    return {
        "etag": "BwXsimulated=",
        "id": repository,
        "location": order.inputs["location"],
        "policyData": json.dumps({"bindings": bindings}),
        "project": project_of(order),
        "repository": repository,
    }


def _found(order: Order) -> Json:
    project = project_of(order)
    require(order.content, project, "artifactregistry")
    identifier = repository_id(project, order.inputs["location"], order.inputs["repositoryId"])
    thing = order.content.find(REPOSITORY, identifier)
    if thing is None:
        message = f"{identifier} not found"
        raise CloudError(message)
    kept = {key: thing.inputs[key] for key in ("format", "labels", "description") if key in thing.inputs}
    own = ("name", "mode", "location", "project", "createTime", "updateTime", "registryUri")
    return {**kept, **{key: thing.outputs[key] for key in own}, "id": identifier, "repositoryId": thing.outputs["name"]}


REPOSITORIES = Kind(
    resource=sdk_types.resource("pulumi_gcp.artifactregistry", "Repository"),
    identify=_identify,
    outputs=_made,
    replaces=frozenset({"format", "kmsKeyName", "location", "mode", "project", "repositoryId"}),
    check=_check,
    defaults=with_project,
    delete=_delete,
    secret_outputs=frozenset({"effectiveLabels", "pulumiLabels"}),
    delete_first=True,
)
MEMBERS = Kind(
    resource=sdk_types.resource("pulumi_gcp.artifactregistry", "RepositoryIamMember"),
    identify=lambda order: f"{_member_repository(order)}/{order.inputs['role']}/{order.inputs['member']}",
    outputs=_given,
    replaces=frozenset({"location", "member", "project", "repository", "role"}),
    check=lambda inputs: check_member(inputs, ARTIFACT_READERS),
    defaults=with_project,
    adopts=True,
)
GET_REPOSITORY = Function(
    token="gcp:artifactregistry/getRepository:getRepository",  # noqa: S106 - a type token
    call=_found,
    required=frozenset({"location", "repositoryId"}),
    known=frozenset({"project"}),
)
GET_POLICY = Function(
    token="gcp:artifactregistry/getRepositoryIamPolicy:getRepositoryIamPolicy",  # noqa: S106 - a type token
    call=_policy,
    required=frozenset({"location", "repository"}),
    known=frozenset({"project"}),
)
