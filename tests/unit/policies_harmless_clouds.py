"""Changes of clouds in the world of `policies_world` that look like mistakes and are none."""

from collections.abc import Mapping
from typing import Any

from tests.unit.policies_engine import UNKNOWN
from tests.unit.policies_planted_clouds import aws, azure, gcp
from tests.unit.policies_planted_trust import everybody
from tests.unit.policies_world import (
    CONTAINER,
    GITHUB,
    PULL,
    ROLE,
    SUBJECT,
    Made,
    document,
    lifecycle,
    object_of,
    trust,
)

_POD = "deployment/spec/template/spec"
_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
_TRUSTED = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity"}


def _given(**statement: Any) -> Made:
    return aws("iam/rolePolicy:RolePolicy", policy=document({"Effect": "Allow", "Resource": "*", **statement}))


CHANGES: Mapping[str, Mapping[str, Any]] = {
    "a role that is known later": {"acr-pull/roleDefinitionId": UNKNOWN},
    "a registry in ABAC mode with its own role": {
        "acr/roleAssignmentMode": "AbacRepositoryPermissions",
        "acr-pull/roleDefinitionId": f"/roleDefinitions/{_READER}",
    },
    "the right to pull in a document": {"ecr-pull": _given(Action=["ecr:BatchGetImage"])},
    "every right on images in a document": {"ecr-pull": _given(Action="ecr:batch*")},
    "the right to pull, by a role that is made elsewhere": {
        "ecr-pull": None,
        "eks-nodes/nodeRoleArn": "arn:aws:iam::1:role/theirs/nodes-of-all",
    },
    "the right to pull, by a role of Auto Mode that is made elsewhere": {
        "ecr-pull": None,
        "eks-nodes": None,
        "eks/computeConfig": {"enabled": True, "nodeRoleArn": "arn:aws:iam::1:role/theirs"},
    },
    "a registry in ABAC mode without a cluster beside it": {
        "aks": None,
        "acr/roleAssignmentMode": "AbacRepositoryPermissions",
    },
    "AcrPull, for an identity that is made elsewhere": {
        "acr-pull": None,
        "aks/identityProfile": {"kubeletidentity": {"resourceId": "/x/userAssignedIdentities/theirs"}},
    },
    "the right to pull, by an account that is made elsewhere": {
        "gar-pull": None,
        "gke-nodes/nodeConfig/serviceAccount": "theirs@acme.iam.gserviceaccount.com",
    },
    "AcrPull in upper case": {"acr-pull/roleDefinitionId": f"/subscriptions/s/roleDefinitions/{PULL.upper()}"},
    "the right to pull on a whole project": {
        "gar-pull": gcp("projects/iAMMember:IAMMember", role="roles/artifactregistry.reader", member="user:a@b")
    },
    "a cluster of AKS without a registry beside it": {"acr-pull": None, "acr": None},
    "a cluster of EKS without a registry beside it": {"ecr-pull": None, "ecr": None},
    "a cluster of GKE without a registry beside it": {"gar-pull": None, "gar": None},
    "a policy of EKS that is known later": {"ecr-pull/policyArn": UNKNOWN},
    "a document of EKS that is known later": {"ecr-pull": aws("iam/rolePolicy:RolePolicy", policy=UNKNOWN)},
    "a role of Google that is known later": {"gar-pull/role": UNKNOWN},
    "a cluster of EKS without nodes": {"ecr-pull": None, "eks-nodes": None},
    "tags of a state that is known later": {"ecr-rules/policy": {"rules": [{"selection": {"tagStatus": UNKNOWN}}]}},
    "nothing is allowed": {
        "x": aws("iam/policy:Policy", policy=document({"Effect": "Deny", "Action": "*", "Resource": "*"}))
    },
    "reader": {"x": azure("authorization:RoleAssignment", roleDefinitionId="/roleDefinitions/acdd72a7")},
    "a policy that is known later": {"x": aws("iam/policy:Policy", policy=UNKNOWN)},
    "every verb on some resources": {
        "x": object_of("rbac.authorization.k8s.io/v1:Role", "x", rules=[{"verbs": ["*"], "resources": ["pods"]}])
    },
    "another ConfigMap of the cluster": {
        "x": Made("kubernetes:core/v1:ConfigMap", {"metadata": {"name": "coredns", "namespace": "kube-system"}})
    },
    "every account of an organization": {"x": everybody(StringEquals={"aws:PrincipalOrgID": "o-1"})},
    "every account below a part of an organization": {
        "x": everybody(**{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-1/r-1/*"]}})
    },
    "every role of one account": {"x": everybody(ArnLike={"aws:principalarn": "arn:aws:iam::1:role/*"})},
    "every account, under a condition that is known later": {
        "x": Made(
            ROLE,
            {"assumeRolePolicy": {"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": UNKNOWN}]}},
        )
    },
    "what one bucket sends": {"x": everybody(ArnEquals={"aws:SourceArn": "arn:aws:s3:::uploads"})},
    "one subject, and every account": {"x": everybody(StringEquals={SUBJECT: "repo:a/b:environment:production"})},
    "one branch, by two conditions": {
        "ci-role/assumeRolePolicy": trust(
            StringLike={SUBJECT: "repo:a/b:*"}, StringEquals={SUBJECT: "repo:a/b:ref:refs/heads/main"}
        )
    },
    "one branch, by any value": {
        "ci-role/assumeRolePolicy": trust(
            **{"ForAnyValue:StringEquals": {SUBJECT.upper(): "repo:a/b:ref:refs/heads/main"}}
        )
    },
    "a subject that is known later": {
        "ci-role/assumeRolePolicy": {
            "Statement": [
                {**_TRUSTED, "Principal": {"Federated": GITHUB}, "Condition": {"StringEquals": {SUBJECT: UNKNOWN}}}
            ]
        }
    },
    "one branch, by likeness": {
        "ci-role/assumeRolePolicy": trust(StringLike={SUBJECT: "repo:a/b:ref:refs/heads/main"})
    },
    "pods of one's own cluster": {
        "x": Made(
            ROLE,
            {"assumeRolePolicy": document({**_TRUSTED, "Principal": {"Federated": "arn:aws:iam::1:oidc-provider/e"}})},
        )
    },
    "a trust whose condition is known later": {
        "ci-role/assumeRolePolicy": {
            "Statement": [{**_TRUSTED, "Principal": {"Federated": GITHUB}, "Condition": UNKNOWN}]
        }
    },
    "an issuer of one's own": {
        "x": gcp(
            "iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider", oidc={"issuerUri": "https://oidc.acme.com"}
        )
    },
    "a pool that takes one repository": {
        "x": gcp(
            "iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
            oidc={"issuerUri": "https://token.actions.githubusercontent.com"},
            attributeCondition="assertion.repository == 'a/b'",
        )
    },
    "one repository of a pool": {
        "x": gcp(
            "serviceaccount/iAMMember:IAMMember",
            role="roles/iam.workloadIdentityUser",
            member="principalSet://iam.googleapis.com/projects/1/x/workloadIdentityPools/ci/attribute.repository/a/b",
        )
    },
    "an environment in Azure": {
        "x": azure("managedidentity:FederatedIdentityCredential", subject="repo:a/b:environment:production")
    },
    "ECR expires caches by a pattern": {"ecr-rules/policy": lifecycle(tagStatus="tagged", tagPatternList=["cache-*"])},
    "a rule of ECR that archives": {
        "ecr-rules/policy": {"rules": [{"selection": {"tagStatus": "any"}, "action": {"type": "transition"}}]}
    },
    "rules of ECR that are known later": {"ecr-rules/policy": UNKNOWN},
    "ACR removes nothing": {"acr/policies": {"retentionPolicy": {"status": "disabled", "days": 7}}},
    "a task that builds": {
        "x": azure("containerregistry:Task", step={"type": "Docker", "dockerFilePath": "Dockerfile"})
    },
    "Artifact Registry tries its policies": {
        "gar/cleanupPolicyDryRun": True,
        "gar/cleanupPolicies": [{"id": "old", "action": "DELETE", "condition": {"olderThan": "2592000s"}}],
    },
    "Artifact Registry keeps": {"gar/cleanupPolicies": [{"id": "keep", "action": "KEEP", "condition": {}}]},
    "Artifact Registry deletes caches": {
        "gar/cleanupPolicies": [
            {"id": "x", "action": "DELETE", "condition": {"tagState": "TAGGED", "tagPrefixes": ["buildcache"]}}
        ]
    },
    "one account pulls": {
        "x": aws(
            "ecr/repositoryPolicy:RepositoryPolicy",
            policy=document(
                {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "ecr:BatchGetImage"}
            ),
        )
    },
    "a private AKS": {"aks/apiServerAccessProfile": {"enablePrivateCluster": True}},
    "a private EKS": {"eks/vpcConfig": {"endpointPublicAccess": False}},
    "a private GKE": {
        "gke/masterAuthorizedNetworksConfig": None,
        "gke/privateClusterConfig": {"enablePrivateEndpoint": True},
    },
    "ranges that are known later": {"gke/masterAuthorizedNetworksConfig": {"cidrBlocks": UNKNOWN}},
    "EKS that Pulumi protects": {
        "eks": Made("aws:eks/cluster:Cluster", {"vpcConfig": {"endpointPublicAccess": False}}, True)
    },
    "GKE by the provider's own default": {"gke/deletionProtection": None},
    "another package's default provider": {"x": Made("random:index/randomId:RandomId", {}, provider="default")},
    "a component of Kubernetes": {
        "x": Made("kubernetes:yaml/v2:ConfigGroup", {"metadata": {"name": "x"}}, provider=None)
    },
    "a provider by its context": {"cluster-provider/kubeconfig": None, "cluster-provider/context": "kind"},
    "ports that are known later": {f"{_POD}/containers/0/ports": [{**CONTAINER["ports"][0], "containerPort": UNKNOWN}]},
}
