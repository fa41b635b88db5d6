"""The variable language of templates: `%{ticket.create_date.long}`.

Only names on the lists of these modules can be reached, and what a variable inserts is never read again: text that a
customer wrote stays text.

Source: mail.md 3
"""
