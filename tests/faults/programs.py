"""The smallest programs that Linux runs."""

import struct
from enum import StrEnum


class Architecture(StrEnum):
    """As in an image's configuration."""

    AMD64 = "amd64"
    ARM64 = "arm64"


_MACHINES = {Architecture.AMD64: 62, Architecture.ARM64: 183}  # EM_X86_64, EM_AARCH64 of the ELF specification
_CODE = {
    # pause() for ever: mov eax, 34; syscall; jmp to the start
    Architecture.AMD64: bytes.fromhex("b822000000 0f05 ebf7"),
    # exit(0): mov x0, #0; mov x8, #93; svc #0
    Architecture.ARM64: bytes.fromhex("000080d2 a80b80d2 010000d4"),
}
_BASE = 0x400000
_HEADERS = 64 + 56


def program(architecture: Architecture) -> bytes:
    """A static Linux program that does nothing: waits for a signal (amd64) or ends (arm64)."""
    code = _CODE[architecture]
    size = _HEADERS + len(code)
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)  # 64 bits, little-endian
    header = struct.pack(
        "<HHIQQQIHHHHHH", 2, _MACHINES[architecture], 1, _BASE + _HEADERS, 64, 0, 0, 64, 56, 1, 0, 0, 0
    )
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, _BASE, _BASE, size, size, 0x1000)  # loaded, readable and executable
    return ident + header + segment + code
