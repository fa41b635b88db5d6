"""What the flags of a help topic say. Source: people.md 5.1."""

from typing import Final

from osticket_api.kit.in_use import InUse

CUSTOM_NUMBERS: Final = 0x1
ACTIVE: Final = 0x2
IN_USE: Final = InUse(active=ACTIVE, archived=0x4)
