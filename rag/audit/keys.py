"""The log's signing keys: made once, readable by their owner only, replaced by rotation.

``keys/private.pem`` signs; ``keys/public.txt`` lists every public key that ever signed, the
newest last, so that checkpoints of before a rotation still verify. Give a copy of it to
whoever checks: a key that lies beside the log proves nothing against its keeper.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from index.errors import AuditError
from rag.audit.note import PublicKey

PRIVATE = "private.pem"
PUBLIC = "public.txt"


@dataclass(frozen=True, slots=True)
class Keyring:
    """The private key in use and all public keys, oldest first. Never printed."""

    origin: str
    private: Ed25519PrivateKey
    public: tuple[PublicKey, ...]

    def __repr__(self) -> str:
        return f"Keyring({self.origin})"


def open_keys(folder: Path) -> Keyring:
    """The keys in ``folder``, made now if there are none. Raises :class:`AuditError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (folder / PRIVATE).exists():
            _create(folder, _origin(folder))
        if (folder / PRIVATE).stat().st_mode & 0o077:
            raise AuditError(
                f"others can read the signing key {folder / PRIVATE}. Take their rights away "
                "(chmod 600), then replace it: suyuan audit key --rotate"
            )
        public = read_public(folder / PUBLIC)
        private = serialization.load_pem_private_key((folder / PRIVATE).read_bytes(), None)
    except (OSError, ValueError) as error:
        raise AuditError(f"the signing key in {folder} cannot be used: {error}.") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise AuditError(f"{folder / PRIVATE} is no Ed25519 key. Restore it from your backup.")
    raw = private.public_key().public_bytes_raw()
    ours = next((key for key in public if key.key == raw), None)
    if ours is None:
        raise AuditError(
            f"{folder / PRIVATE} and {folder / PUBLIC} do not fit. Restore both from your backup."
        )
    return Keyring(ours.name, private, public)


def rotate(folder: Path) -> Keyring:
    """A new private key for the same log; the old one is gone, its public half stays."""
    keyring = open_keys(folder)
    _create(folder, keyring.origin)
    return open_keys(folder)


def read_public(path: Path) -> tuple[PublicKey, ...]:
    """The public keys in a file, one a line. Raises :class:`AuditError` if there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise AuditError(f"the key file {path} cannot be read ({why}).") from error
    keys = tuple(PublicKey.parse(line) for line in lines if line.strip())
    if not keys:
        raise AuditError(f"{path} holds no public key.")
    return keys


def add_public(folder: Path, older: tuple[PublicKey, ...]) -> None:
    """Puts the keys of a backup before those in ``folder``, so that what they signed verifies.

    Raises :class:`AuditError` if the folder's keys are another log's.
    """
    path = folder / PUBLIC
    ours = read_public(path) if path.exists() else ()
    if ours and ours[-1].name != older[-1].name:
        raise AuditError(
            f"{folder} holds the keys of another log ({ours[-1].name}, not {older[-1].name}). "
            "Restore into a new SUYUAN_HOME."
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = [*(key for key in older if key not in ours), *ours]
    aside = path.with_name(f"{PUBLIC}.{os.getpid()}")
    aside.write_text("".join(f"{key}\n" for key in keys), encoding="utf-8")
    aside.replace(path)


def _origin(folder: Path) -> str:
    """The log's name: of its keys so far, or a new one."""
    if (folder / PUBLIC).exists():
        return read_public(folder / PUBLIC)[-1].name
    return f"suyuan-{uuid.uuid4().hex[:12]}"


def _create(folder: Path, origin: str) -> None:
    private = Ed25519PrivateKey.generate()
    public = PublicKey(origin, private.public_key().public_bytes_raw())
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # The public half first: a stop in between leaves a key that is not used yet.
    with (folder / PUBLIC).open("a", encoding="utf-8") as file:
        file.write(f"{public}\n")
        file.flush()
        os.fsync(file.fileno())
    aside = folder / f"{PRIVATE}.{os.getpid()}"
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())
    aside.replace(folder / PRIVATE)
