"""Outgoing mail: who gets what, how it reads, and how it leaves.

| part | what it does |
| --- | --- |
| `outbox` | what a change leaves behind, in its own transaction, for whoever is to be told |
| `occasions/` | who gets which template when something happened |
| `variables/` | the variable language of templates |
| `rendering`, `mime` | one mail: subject, body, headers, attachments |
| `accounts`, `smtp`, `delivery` | the way out, with retries |

Source: mail.md
"""
