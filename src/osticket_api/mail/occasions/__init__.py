"""Functions that decide who gets which template, one for each kind of occasion.

A function is given the `Telling` and tells people, in osTicket's order. `kinds.KINDS` has them by the names that
`outbox.post` takes.
"""
