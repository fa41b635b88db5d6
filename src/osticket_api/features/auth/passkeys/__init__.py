"""The passkeys of agents (WebAuthn): adding them, showing one at sign-in, taking them away."""
