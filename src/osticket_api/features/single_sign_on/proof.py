"""What ties the answer of a provider to the sign-in that was begun."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """What is sent to the provider, and must come back or be shown again."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str
