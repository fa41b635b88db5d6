"""What the flags of a help topic say. Source: people.md 5.1."""

from typing import Final

from osticket_api.db.flags import TopicFlag
from osticket_api.kit.archivable import Archivable

ARCHIVABLE: Final = Archivable(active=TopicFlag.ACTIVE, archived=TopicFlag.ARCHIVED)
