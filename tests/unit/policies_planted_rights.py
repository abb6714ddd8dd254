"""Mistakes of rights and of trust: name → the code that finds it, and the change that plants it."""

from collections.abc import Mapping
from typing import Any

from tests.unit.policies_engine import UNKNOWN
from tests.unit.policies_planted_clouds import aws, azure, gcp
from tests.unit.policies_world import Made, document, object_of

_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_ROLES = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions"

RIGHTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "AKS without AcrPull": ("pull-right", {"acr-pull": None}),
    "AcrPull where it is void": ("pull-right", {"acr/roleAssignmentMode": "AbacRepositoryPermissions"}),
    "EKS without the right to pull": ("pull-right", {"ecr-pull": None}),
    "GKE without the right to pull": ("pull-right", {"gar-pull": None}),
    "EKS in Auto Mode without the right to pull": (
        "pull-right",
        {"ecr-pull": None, "eks-nodes": None, "eks/computeConfig": {"enabled": True}},
    ),
    "EKS without the right to pull, before its role is made": (
        "pull-right",
        {"ecr-pull": None, "eks-nodes/nodeRoleArn": UNKNOWN},
    ),
    "EKS with a role that Pulumi names": ("pull-right", {"ecr-pull": None, "node-role/name": None}),
    "EKS with the right to everything but images": (
        "pull-right",
        {"ecr-pull": aws("iam/rolePolicy:RolePolicy", policy=document({**_ALL, "Action": "ecr:Get*"}))},
    ),
    "AKS without AcrPull for the identity that is made": (
        "pull-right",
        {
            "acr-pull": None,
            "identity": azure("managedidentity:UserAssignedIdentity", resourceName="kubelet"),
            "aks/identityProfile": {"kubeletidentity": {"resourceId": "/x/userAssignedIdentities/kubelet"}},
        },
    ),
    "GKE without the right to pull for the account that is made": (
        "pull-right",
        {
            "gar-pull": None,
            "account": gcp("serviceaccount/account:Account", accountId="nodes"),
            "gke-nodes/nodeConfig/serviceAccount": "nodes@acme.iam.gserviceaccount.com",
        },
    ),
    "owner, in upper case": (
        "iam-wildcard",
        {"x": azure("authorization:RoleAssignment", roleDefinitionId=f"{_ROLES}/8E3AF657-A8FF-443C-A75C-2FE8C4BCB635")},
    ),
    "a role with its own document": (
        "iam-authoritative",
        {"node-role/inlinePolicies": [{"policy": document({**_ALL, "Action": "ec2:DescribeInstances"})}]},
    ),
    "exclusive policies of a role": (
        "iam-authoritative",
        {"x": aws("iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", policyArns=[])},
    ),
    "a role for whoever has a login": (
        "iam-wildcard",
        {
            "x": object_of(
                "rbac.authorization.k8s.io/v1:RoleBinding",
                "x",
                roleRef={"name": "edit"},
                subjects=[{"name": "system:authenticated"}],
            )
        },
    ),
    "everything on everything": ("iam-wildcard", {"x": aws("iam/policy:Policy", policy=document(_ALL))}),
    "all of S3": (
        "iam-wildcard",
        {"x": aws("iam/rolePolicy:RolePolicy", policy=document({**_ALL, "Action": ["s3:*"]}))},
    ),
    "everything but": (
        "iam-wildcard",
        {"x": aws("iam/policy:Policy", policy=document({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}))},
    ),
    "administrator": (
        "iam-wildcard",
        {
            "x": aws(
                "iam/rolePolicyAttachment:RolePolicyAttachment", policyArn="arn:aws:iam::aws:policy/AdministratorAccess"
            )
        },
    ),
    "contributor": (
        "iam-wildcard",
        {"x": azure("authorization:RoleAssignment", roleDefinitionId=f"{_ROLES}/b24988ac-6180-42a0-ab88-20f7382dd24c")},
    ),
    "a role of all actions": (
        "iam-wildcard",
        {"x": azure("authorization:RoleDefinition", permissions=[{"actions": ["*"]}])},
    ),
    "editor": ("iam-wildcard", {"x": gcp("projects/iAMMember:IAMMember", role="roles/editor", member="user:a@b")}),
    "every verb on every resource": (
        "iam-wildcard",
        {"x": object_of("rbac.authorization.k8s.io/v1:ClusterRole", "x", rules=[{"verbs": ["*"], "resources": ["*"]}])},
    ),
    "cluster-admin": (
        "iam-wildcard",
        {
            "x": object_of(
                "rbac.authorization.k8s.io/v1:ClusterRoleBinding",
                "x",
                roleRef={"name": "cluster-admin"},
                subjects=[{"name": "ci"}],
            )
        },
    ),
    "a role for everybody": (
        "iam-wildcard",
        {
            "x": object_of(
                "rbac.authorization.k8s.io/v1:RoleBinding",
                "x",
                roleRef={"name": "view"},
                subjects=[{"name": "system:unauthenticated"}],
            )
        },
    ),
    "a binding of a project": (
        "iam-authoritative",
        {"x": gcp("projects/iAMBinding:IAMBinding", role="roles/viewer", members=["user:a@b"])},
    ),
    "a policy of a repository": (
        "iam-authoritative",
        {"x": gcp("artifactregistry/repositoryIamPolicy:RepositoryIamPolicy", policyData="{}")},
    ),
    "an exclusive attachment": (
        "iam-authoritative",
        {"x": aws("iam/policyAttachment:PolicyAttachment", policyArn="arn:aws:iam::1:policy/x", roles=["a"])},
    ),
    "a role with all of its policies": (
        "iam-authoritative",
        {"node-role/managedPolicyArns": ["arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"]},
    ),
    "aws-auth": (
        "iam-authoritative",
        {
            "x": Made(
                "kubernetes:core/v1:ConfigMap",
                {"metadata": {"name": "aws-auth", "namespace": "kube-system"}, "data": {}},
            )
        },
    ),
}
