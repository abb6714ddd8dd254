"""The rules on images, and on secrets in them and beside them."""

from policies.own_registry import BUILD_IMAGE, DOCKER_IMAGE
from policies.rule import Level, ResourceRule, Rule, Severity, StackRule
from policies.rules import clear_text, credentials, docker_hub, images, nodes

_OBJECTS = ("kubernetes:",)
_IMAGES = (DOCKER_IMAGE, BUILD_IMAGE)

IMAGE_RULES: tuple[Rule, ...] = (
    ResourceRule(
        "pull-policy",
        "A pull policy lets a node pull.",
        "With Never a pod starts only on a node that has the image by chance; this is what broke the deployment that "
        "this program comes from, and no scanner says so.",
        "set imagePullPolicy: IfNotPresent",
        severity=Severity.CRITICAL,
        production=Level.MANDATORY,
        test=Level.MANDATORY,
        types=_OBJECTS,
        look=images.pull_policy,
    ),
    ResourceRule(
        "image-registry",
        "An image names a registry from which the nodes of this stack may pull.",
        "A name without a registry is one of Docker Hub, which anybody may own; registries of clouds give nothing "
        "without a right, and the nodes have one for their own registry only.",
        "copy the image to the stack's registry (skopeo copy --all), or name a pull secret in imagePullSecrets",
        severity=Severity.CRITICAL,
        production=Level.MANDATORY,
        test=Level.MANDATORY,
        types=_OBJECTS,
        look=images.image_registry,
    ),
    ResourceRule(
        "image-digest",
        "An image is deployed by its digest.",
        "A tag can move: two nodes may run two images, and a rollback may start something that never ran before.",
        "deploy what the push printed, host/path@sha256:…",
        severity=Severity.HIGH,
        production=Level.MANDATORY,
        test=Level.MANDATORY,
        types=_OBJECTS,
        look=images.image_digest,
    ),
    ResourceRule(
        "image-tag",
        "An image of another registry goes by its digest too.",
        "Whoever has the registry can put another image under the tag, and the next node pulls that: nobody tried it, "
        "and no update of this stack says so.",
        "write the digest behind the tag, host/path:tag@sha256:…; skopeo inspect docker://host/path:tag shows it",
        severity=Severity.MEDIUM,
        production=Level.MANDATORY,
        test=Level.ADVISORY,
        types=_OBJECTS,
        look=images.image_tag,
    ),
    StackRule(
        "pull-limit",
        "An image of Docker Hub is pulled with a login.",
        "Without one Docker Hub gives an address so many pulls in some hours, and the nodes of a cluster often share "
        "one: the pull after that ends in 429, toomanyrequests.",
        "name a pull secret of Docker Hub in imagePullSecrets, or copy the image to the stack's registry (skopeo copy "
        "--all)",
        severity=Severity.LOW,
        production=Level.ADVISORY,
        test=Level.OFF,
        judge=docker_hub.pull_limit,
    ),
    ResourceRule(
        "tag-moves",
        "A pushed image has a tag that says its content.",
        "The next push takes a tag such as latest away, and what removes images without a tag then removes the one "
        "that runs.",
        "tag by content, as AppImage does: the first 32 hexadecimal digits of a hash of all that is built",
        severity=Severity.MEDIUM,
        production=Level.MANDATORY,
        test=Level.ADVISORY,
        types=_IMAGES,
        look=images.tag_moves,
    ),
    StackRule(
        "tag-shared",
        "Each image of a stack has a name and tag of its own.",
        "Of two images that are pushed under one name, the second takes the tag; which one is second is chance.",
        "give each image a repository of its own",
        severity=Severity.HIGH,
        production=Level.MANDATORY,
        test=Level.MANDATORY,
        judge=images.tag_shared,
    ),
    ResourceRule(
        "image-platform",
        "A build says what platform it is for.",
        "Otherwise it is the one of the machine that builds: an image from a laptop with Apple's chip starts on no "
        "node that is amd64.",
        "pulumi config set --path image.platform linux/amd64 -s {stack}",
        severity=Severity.MEDIUM,
        production=Level.MANDATORY,
        test=Level.ADVISORY,
        types=_IMAGES,
        look=images.image_platform,
    ),
    StackRule(
        "node-platform",
        "The stack has nodes for each image and pod.",
        "The image is pulled and ends in exec format error, or the pod waits for ever for a node.",
        "set image.platform to that of the nodes, or choose another machine type",
        severity=Severity.CRITICAL,
        production=Level.MANDATORY,
        test=Level.MANDATORY,
        judge=nodes.node_platform,
    ),
    ResourceRule(
        "secret-in-clear",
        "No credential stands in clear in a variable, a command, a probe, a ConfigMap, a chart or a build argument.",
        "All who may look at pods, at the state or at the image can read it; scanners let a DB_PASSWORD of 32 random "
        "characters pass.",
        "pulumi config set --secret --path appSecrets.NAME -s {stack}  # and valueFrom.secretKeyRef in the pod",
        severity=Severity.CRITICAL,
        production=Level.MANDATORY,
        test=Level.MANDATORY,
        types=(*_OBJECTS, *_IMAGES),
        look=clear_text.secret_in_clear,
    ),
    ResourceRule(
        "secret-rendered",
        "No provider writes manifests to files.",
        "Secrets are in them in clear, whatever Pulumi knows of them.",
        "leave renderYamlToDirectory out",
        severity=Severity.HIGH,
        production=Level.MANDATORY,
        test=Level.ADVISORY,
        types=(credentials.KUBERNETES_PROVIDER,),
        look=clear_text.secret_rendered,
    ),
)
