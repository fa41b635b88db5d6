"""Signing in through identity providers, by OpenID Connect."""
