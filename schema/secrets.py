"""Secrets that people carry: API keys, links, sessions and shares. Only their hashes are kept."""

import hashlib
import secrets

_BYTES = 32  # 256 random bits: nothing to guess, so a fast hash is enough


def new_secret(prefix: str = "") -> str:
    """A fresh secret that may stand in a URL or a header."""
    return prefix + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> bytes:
    """What is kept of a secret. Looking this up tells nothing by its timing about the secret itself."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()
