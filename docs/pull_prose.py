"""What docs/pull-failures.md says beside the catalogue: how to use it, more on why, names in commands."""

from collections.abc import Mapping
from types import MappingProxyType

from pulls.causes import Code

EVENTS = "kubectl -n <namespace> get events --field-selector involvedObject.name=<pod> --sort-by=.lastTimestamp"
"""The command that shows a pod's events."""
TOP = f"""\
<!-- written by: python -m docs.pull_failures -->

# A pod cannot get its image: what you see, why, and what to type

1. Get the text. `ErrImagePull` and `ImagePullBackOff` only say that a pull failed; the events say why.

   ```sh
   {EVENTS}
   ```

   There is no pod? Then the controller's events say why.

   ```sh
   kubectl -n <namespace> get events --field-selector reason=FailedCreate --sort-by=.lastTimestamp
   ```

2. Find it in [the table](#find-your-text), and follow the link.
3. In a command, put your own value for each [`<name>`](#names-in-commands).
4. After a fix, do not wait: the kubelet's pause between tries grows to five minutes. This tries at once: the
   Deployment, StatefulSet, DaemonSet or Job makes a new pod.

   ```sh
   kubectl -n <namespace> delete pod <pod>
   ```

Or let the program look. It reads only, asks the registry too, and works for any cluster. Its exit code is 0 for
healthy, 3 for known causes and 4 for an unknown one; `--json` gives [this form](diagnosis.schema.json).

```sh
.venv/bin/python -m ops diagnose deployment/<deployment> -n <namespace> --context <kube_context>
```

## Find your text

Read from the top: **the first row whose words are in your text is the cause.** `…` stands for any words. If the text
has `(Mirrors also failed: […])`, read what comes after the bracket. No row fits: [unknown](#unknown). The pod has its
image and still fails: [other troubles](#when-it-is-not-the-image).
"""
CLASSIFY = """\
## Many texts at once

`python -m ops classify` answers for each line what it names. A line in is a JSON object with `reason`, `message` or
both, and with `events` (a list, oldest first) if there are any. A line out has `code`, `class` and `evidence`, which
are the words that say so; the order stays. Passwords and tokens are masked. A line that cannot be read is named on
standard error and the exit code is 2; otherwise it is 0.

```sh
echo '{"reason": "ErrImagePull", "message": "web:1: not found"}' | .venv/bin/python -m ops classify
```

```json
{"code": "not-found", "class": "permanent", "evidence": "web:1: not found"}
```
"""

_NO_HIDDEN = "Some registries answer the same for an image that does not exist, so check its name too."
WHY: Mapping[Code, str] = MappingProxyType(
    {
        Code.POLICY_NEVER: "With Never nothing is pulled, ever. Since Kubernetes 1.35 this may also come when the "
        "image is on the node but was pulled with another pod's secret.",
        Code.NOT_LOADED: "Such images are built on a machine and loaded into the nodes (`registry.load`); no registry "
        "can be called `loaded.invalid`. Usual reasons: a node that came later or was made anew, or a load that failed "
        "and did not say so, as those of minikube and k3d may.",
        Code.NAME_INVALID: "No pull was tried. Look for upper case, `https://`, a blank or an empty variable.",
        Code.NOT_FOUND: "Usual reasons: a wrong tag, another region or project, or a clean-up rule that deleted it.",
        Code.PLATFORM_MISMATCH: "Usual reason: built on a laptop with another processor. The text may end in "
        "`not found` although the tag exists.",
        Code.WRONG_ARCHITECTURE: "The pull went well, so the pod shows CrashLoopBackOff or RunContainerError.",
        Code.NO_CREDENTIALS: "Usual reasons: the node's identity has no role, no pull secret is named, or the secret "
        f"is for another host name or of another type. {_NO_HIDDEN}",
        Code.CREDENTIALS_REFUSED: "Usual reasons: a changed password, a role that is missing or too new, or an Azure "
        f"registry in ABAC mode, where AcrPull is void. {_NO_HIDDEN}",
        Code.CREDENTIALS_EXPIRED: "A pull secret made of a cloud login stops working: after 12 hours on ECR, 3 on ACR, "
        "about 1 on Artifact Registry. Give the node's identity the right to pull instead.",
        Code.FORBIDDEN: "A firewall of the registry answers like a missing role; the text may name the address. "
        f"{_NO_HIDDEN}",
        Code.PULL_SECRET_MISSING: "A pod takes pull secrets from its own namespace only.",
        Code.DNS: "The node's own name server is asked, not the cluster's DNS. Usual reasons: a misspelt host, or a "
        "private DNS zone that is not linked to the cluster's network.",
        Code.UNREACHABLE: "Usual reasons: a private subnet without a way out, a firewall, or `localhost` in the image "
        "name, which is the node itself.",
        Code.TLS_UNTRUSTED: "Trust is set on each node; a pod cannot set it.",
        Code.TLS_OTHER: "A node whose clock is wrong sees this too.",
        Code.PLAIN_HTTP: "Usual for a registry on your own machine.",
        Code.RATE_LIMITED: "Docker Hub counts pulls without a login by address, and all nodes behind one NAT share it.",
        Code.INTERRUPTED: "The kubelet tries again by itself. If it never gets through, look for a proxy with a "
        "size or time limit.",
        Code.NODE_QPS: "The kubelet starts 5 pulls a second unless it is set otherwise; it tries again by itself.",
        Code.MANIFEST_UNSUPPORTED: "Usual reasons: an old schema 1 image, or a proxy that changed what it passed on.",
        Code.ADMISSION_DENIED: "There is no pod to look at: the text is an event of the ReplicaSet or Job.",
        Code.UNKNOWN: "A back-off text before Kubernetes 1.32, and `Error: ErrImagePull`, say only that a pull failed. "
        "An earlier event of the same pod says why: list the events and look its text up in the table. `ops diagnose` "
        "and `ops classify` know more words than the table.",
    }
)
"""One or two sentences more than the catalogue's, where they help."""

_SHOW_POD = "`kubectl -n <namespace> get pod <pod> -o yaml`"
PLACEHOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "namespace": "the pod's namespace",
        "pod": "the pod's name: `kubectl -n <namespace> get pods`",
        "container": f"the container's name: {_SHOW_POD}",
        "deployment": "the Deployment's name: `kubectl -n <namespace> get deployments`",
        "workload": "kind and name of what made the pod, such as `deployment/web` or `cronjob/nightly`",
        "service_account": f"`serviceAccountName` of the pod: {_SHOW_POD}",
        "secret": f"the pull secret's name, under `imagePullSecrets` of the pod: {_SHOW_POD}",
        "image": "the image as the pod names it: host, path, and tag or digest",
        "new_image": "the image that the pod is to have, such as `registry.example.com/web@sha256:…`",
        "new_tag": "a tag that the repository does not have yet",
        "node": "the node's name: `kubectl -n <namespace> get pod <pod> -o wide`",
        "kube_context": "the cluster in your kubeconfig: `kubectl config get-contexts`",
        "registry": "the registry's host, with its port if it has one: the part of the image before the first `/`",
        "registry_host": "the registry's host without its port; for Docker Hub, `registry-1.docker.io`",
        "registry_port": "the registry's port; 443 if its host has none",
        "repository": "the path of the image, without host and tag",
        "tag": "the tag of the image",
        "platform": "system and processor of the nodes, such as `linux/amd64`: "
        "`kubectl get nodes -L kubernetes.io/os,kubernetes.io/arch`",
        "context": "the folder that is built",
        "user": "the account at the registry",
        "key": "the file or address of the signing key",
        "stack": "the Pulumi stack: `pulumi stack ls`",
        "cluster": "the cluster's name in its cloud, or in kind and k3d",
        "node_pool": "the node pool's name; for a new one, a new name",
        "node_count": "how many nodes the pool is to have",
        "replicas": "a number of pods, smaller than now",
        "file": "a file on this machine",
        "resource_group": "aks: the resource group of the cluster",
        "registry_name": "aks: the registry's name: its host without `.azurecr.io`",
        "address": "aks: the cluster's outbound address, which the text of the failure may name",
        "network": "aks: the virtual network of the cluster; eks: the id of its VPC",
        "region": "eks, gke: the region, such as `eu-west-1`; for a registry, the one in its host",
        "node_resource_group": "aks: the resource group of the nodes, which begins with `MC_`",
        "scale_set": "aks: the node's name without the six characters at its end",
        "instance": "aks, eks: the last part of `kubectl get node <node> -o jsonpath={.spec.providerID}`",
        "zone": "gke: the node's zone: `kubectl get node <node> -L topology.kubernetes.io/zone`",
        "account": "eks: the account that owns the registry: the digits in front of its host",
        "node_group": "eks: the node group: `aws eks list-nodegroups --cluster-name <cluster>`",
        "node_role": "eks: the name of the nodes' IAM role, which is the end of its ARN",
        "node_role_arn": "eks: the ARN of that role",
        "subnet": "eks: the id of the nodes' subnet; gke: its name",
        "security_group": "eks: a security group that lets the nodes in on port 443",
        "route_table": "eks: the route table of the nodes' subnet",
        "secret_arn": "eks: the ARN of the secret in Secrets Manager",
        "project": "gke: the project of the registry: the first part of the image's path",
        "location": "gke: the registry's location: its host without `-docker.pkg.dev`",
        "partition": "eks: `aws`; `aws-cn` in China, `aws-us-gov` for the US government, `aws-eusc` in the European "
        "Sovereign Cloud",
        "repository_id": "gke: the registry's repository: the second part of the image's path",
        "cluster_location": "gke: the cluster's region or zone",
        "node_account": "gke: the e-mail address of the nodes' service account",
    }
)
"""What each `<name>` in a command stands for, and where it is to be read."""
