"""Which role the nodes of a simulated EKS cluster have. Pure."""

from sandbox.clouds.aws.policies import role_by_arn, trusts
from sandbox.clouds.aws.type_tokens import CLUSTER, NODE_GROUP
from sandbox.clouds.clusters import at
from sandbox.clouds.world import Content, Thing


def node_role(content: Content) -> str | None:
    """ARN of the role that the newest cluster's nodes have.

    None where there are no nodes, or where EC2 may not take the role on.
    """
    cluster = max(content.of(CLUSTER), key=lambda each: each.made, default=None)
    arn = role_of_cluster(content, cluster) if cluster is not None else None
    role = role_by_arn(content, arn) if arn is not None else None
    return arn if role is not None and trusts(role, "ec2.amazonaws.com") else None


def role_of_cluster(content: Content, cluster: Thing) -> str | None:
    """Of its newest node group, or of Auto Mode."""
    groups = [each for each in content.of(NODE_GROUP) if each.inputs.get("clusterName") == cluster.id]
    newest = max(groups, key=lambda each: each.made, default=None)
    if newest is not None:
        return str(newest.inputs.get("nodeRoleArn"))
    auto = at(dict(cluster.inputs), "computeConfig", "nodeRoleArn")
    return str(auto) if auto else None
