"""Makes and reads the Ed25519 keys with which bundles are signed."""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from stillwatch.model.errors import ProofError

MAKE = "make one with `stillwatch prove keys --out NAME`"


def make_keys(out: Path) -> tuple[Path, Path]:
    """Write NAME.key, which only you may read, and NAME.pub, which everybody may."""
    private, public = out.with_name(out.name + ".key"), out.with_name(out.name + ".pub")
    for path in (private, public):
        if path.exists():
            raise ProofError(str(path), "is there already", "name another file")
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    out.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
    public.write_bytes(public_pem(key.public_key().public_bytes_raw()))
    return private, public


def public_pem(raw: bytes) -> bytes:
    """The PEM form of the 32 bytes of a public key."""
    return Ed25519PublicKey.from_public_bytes(raw).public_bytes(
        forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo
    )


def read_private(path: Path) -> bytes:
    """The 32 secret bytes of a key file."""
    try:
        key = forms.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, TypeError, ValueError) as error:
        raise ProofError(str(path), "holds no private key without a password", MAKE) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ProofError(str(path), "is not an Ed25519 key", MAKE)
    return key.private_bytes_raw()


def read_public(path: Path) -> bytes:
    """The 32 bytes of a public key file."""
    try:
        key = forms.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ProofError(str(path), "holds no public key", MAKE) from error
    if not isinstance(key, Ed25519PublicKey):
        raise ProofError(str(path), "is not an Ed25519 key", MAKE)
    return key.public_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The 32 public bytes that belong to secret ones."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
