"""Statuses of tickets."""
