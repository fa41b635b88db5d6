"""Priorities of tickets."""
