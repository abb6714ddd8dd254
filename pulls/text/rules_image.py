"""Phrases about the image itself: its name does not parse, it is not for this node, its manifest is not taken."""

from pulls.causes import Code
from pulls.text.rules import END, Rule

NAMES = (
    Rule(
        Code.REGISTRY_ERROR,
        r"\binvalid content digest in response\b|\bin header not a valid digest\b",
        "containerd/containerd:core/remotes/docker/resolver.go: the digest that the registry sent",
    ),
    Rule(
        Code.NAME_INVALID,
        r"\bfailed to apply default image tag\b|\bcouldn't parse image (?:reference|name)\b"
        r"|(?-i:\bInvalidImageName\b)",
        "kubernetes/kubernetes:pkg/kubelet/images, pkg/util/parsers",
    ),
    Rule(
        Code.NAME_INVALID,
        r"\binvalid reference format\b|\brepository name (?:\S+ )?must (?:be|have|not be|contain)\b"
        r"|\binvalid tag format\b|\binvalid image (?:name|reference)\b|\bcould not parse reference\b"
        r"|\bcan only contain the (?:runes|characters)\b"
        r"|\binvalid (?:checksum )?digest (?:format|length)\b|\bcannot specify 64-byte hexadecimal strings\b",
        "distribution/reference:reference.go",
    ),
    Rule(
        Code.NAME_INVALID,
        rf"\bfailed to parse (?:image )?reference\b|: (?:object required|invalid reference)(?:{END}|:)",
        "containerd/containerd:internal/cri/server/images",
    ),
    Rule(
        Code.NAME_INVALID,
        r"\bis not a valid repository/tag\b|\binvalid repository name\b|\bname(?:_| )invalid\b",
        "moby/moby",
    ),
    Rule(
        Code.NAME_INVALID,
        r"\binvalid port \S+ after host\b|\binvalid character \S+ in host name\b",
        "golang/go:src/net/url",
    ),
    Rule(
        Code.NAME_INVALID,
        r"\bdid not resolve to an alias\b|\bto pull an unqualified image\b"
        r"|\bshort(?:-| )name mode is enforcing\b|\bshort-name resolution enforced\b",
        "containers/image:pkg/shortnames, cri-o/cri-o:internal/storage/image.go",
    ),
)

PLATFORM = (
    Rule(
        Code.PLATFORM_MISMATCH,
        r"\bno match for platform in manifest\b|\bno manifest found for platform\b",
        "containerd/containerd:core/images/image.go",
    ),
    Rule(Code.PLATFORM_MISMATCH, r"\bno matching manifest for\b", "moby/moby:distribution/pull_v2*.go"),
    Rule(
        Code.PLATFORM_MISMATCH,
        r"\bno image found in (?:manifest list|image index) for architecture\b",
        "containers/image:internal/manifest",
    ),
    Rule(
        Code.PLATFORM_MISMATCH,
        r"\bcannot be used on this platform\b|\bcannot download image with operating system\b"
        r"|\boperating system is not supported\b"
        r"|\bdoes not (?:match|provide) the (?:specified|detected host|expected) platform\b"
        r"|\bno child with platform\b|\bno supported platform found\b|\boperating system does not match\b"
        r"|\bdoes not support platform\b|\bimage is incompatible with a\b|\b(?:os|platform"
        r"|version)\b.{0,60}\bnot match the host operating system\b",
        "moby/moby:distribution, daemon/containerd; google/go-containerregistry; hcsshim",
    ),
)

MANIFEST = (
    Rule(
        Code.MANIFEST_UNSUPPORTED,
        r"\bis no longer supported since containerd\b|\bschema ?(?:version )?1\b.{0,60}\b(?:no longer|not"
        r"|un)\w* ?supported\b"
        r"|\bunsupported schema version\b|\bmedia-type: (?:schema 1|expected)\b"
        r"|\bschema 1 images have been deprecated\b|\bschema 1 support (?:is disabled|has been (?:disabled|removed))\b"
        r"|\bnot support for schema 1\b|\bmissing signature key\b|\bconvert docker schema ?1\b"
        r"|\bmediaType in manifest should be\b",
        "containerd/containerd:core/remotes/docker/schema1, core/transfer/local; moby/moby:distribution",
    ),
    Rule(
        Code.MANIFEST_UNSUPPORTED,
        r"\b(?:unexpected|unsupported|unknown|unrecogni[sz]ed|unimplemented)(?: \S+){0,3} ?(?:media ?type|mime type)\b"
        r"|\b(?:media ?type|mime type) \S+ (?:is )?(?:not|no longer|un)(?: )?supp"
        r"|\bapplication/[\w.+-]+ not supported\b"
        r"|\bunsupported manifest\b|\bunknown manifest class\b|\bunrecogni[sz]ed (?:image|manifest)\b"
        r"|\bno processor for media-type\b|\bencountered remote\b.{0,120}\bwhen fetching\b"
        r"|\brunning AI models directly by the engine\b|\brejecting ambiguous manifest\b"
        r"|\bmanifest(?:_| )invalid\b|\bunsupported image-specific operation on artifact\b"
        r"|\b(?:OCI (?:index|manifest)|manifest list) found, but accept header\b",
        "containerd/containerd:core/images, containers/image:manifest, distribution/distribution:registry/handlers",
    ),
    Rule(
        Code.MANIFEST_UNSUPPORTED,
        r"\brejecting \d+ byte manifest\b|\bunexpected commit (?:digest|size)\b"
        r"|\bfailed size validation\b|\bwrong diff id\b"
        r"|\b(?:layer|manifest|config) verification failed for digest\b|\bdigest (?:did not match"
        r"|mismatch)\b|\bblob (?:digest|size) mismatch\b"
        r"|\bdoes not match (?:provided|selected|expected) (?:manifest )?digest\b"
        r"|\bmismatched image rootfs\b|\bdigest verification failed\b"
        r"|\bnumber of layers and diffIDs\b|\blayers from manifest don.t match\b"
        r"|\binvalid rootfs in image configuration\b|\bunmarshal image config\b"
        r"|\bmanifest would not match destination reference\b"
        r"|\bdigest \S+ does not match expected\b|\bonly \d+ diffID values\b|\bdoes not match config.s diffID\b"
        r"|\bconfig claims\b|\binconsistent schema ?1 manifest\b|\binvalid image configuration, needs more\b"
        r"|\bno FSLayers in manifest\b|\blength of history not equal\b|\bimage has no layers\b"
        r"|\binvalid manifest, (?:layers|manifest)\b|\btoo many non-empty layers in history\b"
        r"|\binvalid diffID for layer\b|\bno rootFS key\b|\brootFS is not set\b",
        "containerd:core/remotes/docker, plugins/content/local; moby:distribution; containers/image:copy",
    ),
    Rule(
        Code.MANIFEST_UNSUPPORTED,
        r"\binvalid tar header\b|\bgzip: invalid (?:header|checksum)\b|\bflate: corrupt input\b|\b(?:zstd"
        r"|magic number)\b.{0,40}\b(?:invalid|mismatch|corrupt)\w*",
        "golang/go:src/archive/tar, src/compress",
    ),
)
