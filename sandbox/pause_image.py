"""The pause image as an OCI archive, made from the pause binary alone."""

import gzip
import hashlib
import io
import json
import platform
import tarfile
from pathlib import Path

NAME = "sandbox.local/pause:1"

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def archive(binary: Path, folder: Path) -> Path:
    """Write the archive into `folder` unless it is there; the layout is the OCI image-spec's image-layout.md."""
    target = folder / "pause.tar"
    if target.exists():
        return target
    scratch = target.with_suffix(".partial")
    scratch.write_bytes(_archive(binary.read_bytes()))
    return scratch.replace(target)


def _archive(binary: bytes) -> bytes:
    layer = _tar({"pause": binary}, mode=0o755)
    packed = gzip.compress(layer, mtime=0)
    config = {
        "architecture": _ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "config": {"Entrypoint": ["/pause"], "User": "65535:65535"},
        "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]},
    }
    blobs = {"layer": packed, "config": json.dumps(config).encode()}
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": _descriptor("application/vnd.oci.image.config.v1+json", blobs["config"]),
        "layers": [_descriptor("application/vnd.oci.image.layer.v1.tar+gzip", packed)],
    }
    blobs["manifest"] = json.dumps(manifest).encode()
    names = {"io.containerd.image.name": NAME, "org.opencontainers.image.ref.name": NAME.rpartition(":")[2]}
    entry = {**_descriptor(_MANIFEST, blobs["manifest"]), "annotations": names}
    index = {"schemaVersion": 2, "manifests": [entry]}
    files = {f"blobs/sha256/{_digest(blob).removeprefix('sha256:')}": blob for blob in blobs.values()}
    files["oci-layout"] = json.dumps({"imageLayoutVersion": "1.0.0"}).encode()
    files["index.json"] = json.dumps(index).encode()
    return _tar(files, mode=0o644)


def _descriptor(media_type: str, blob: bytes) -> dict[str, object]:
    return {"mediaType": media_type, "digest": _digest(blob), "size": len(blob)}


def _digest(blob: bytes) -> str:
    return f"sha256:{hashlib.sha256(blob).hexdigest()}"


def _tar(files: dict[str, bytes], *, mode: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
