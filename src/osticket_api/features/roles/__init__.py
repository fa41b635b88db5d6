"""Roles: what an agent may do in a department."""
