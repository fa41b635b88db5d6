"""What happened at the sample help desk in the last weeks."""

from osticket_api.embedded.demo.stage import Stage
from osticket_api.embedded.demo.stories import billing, support, workplace


def tell(stage: Stage) -> None:
    for place in (support, workplace, billing):
        place.tell(stage)
