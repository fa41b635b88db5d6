"""Values that tie the answer of a provider to the sign-in that was begun."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """Values that are sent to the provider, and must come back or be proved again."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str
