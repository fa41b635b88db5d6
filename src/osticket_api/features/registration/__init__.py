"""Accounts that users make by themselves, and forgotten passwords."""
