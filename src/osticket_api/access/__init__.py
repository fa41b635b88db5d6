"""Identify callers, and decide what they may do and which rows they see."""
