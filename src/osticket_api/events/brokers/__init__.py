"""Brokers that events are relayed to: a module for each kind, which knows its library, behind one interface.

A library is imported when its broker is used: all but that of Redis are extras.
"""
