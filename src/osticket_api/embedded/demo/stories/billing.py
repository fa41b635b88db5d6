"""Stories from Billing and Sales."""

from functools import partial

from osticket_api.embedded.demo.files import SampleFile
from osticket_api.embedded.demo.stage import Stage
from osticket_api.embedded.demo.story import Story

_STATEMENT = SampleFile("statement.csv", "text/csv", b"invoice,amount\nA-1041,120.00\nA-1042,120.00\n")


def tell(stage: Stage) -> None:
    _paid(stage)
    _open(stage)


def _paid(stage: Stage) -> None:
    story, cast, setting = partial(Story, stage), stage.cast, stage.setting
    (
        story(27, "10:15", cast.uma, setting.invoice, "Invoice A-1038 is missing", "Could you send it again?")
        .after(hours=1)
        .reply(cast.charlie, "Sent again to your address.")
        .after(minutes=2)
        .close(cast.charlie)
    )
    (
        story(18, "11:05", cast.ulf, setting.invoice, "Wrong name on the invoice", "It is Unger, not Ungar.")
        .after(hours=3)
        .reply(cast.charlie, "Corrected; the new one is on its way.")
        .on(17, "09:00")
        .close(cast.charlie)
    )
    (
        story(14, "10:45", cast.nina, setting.general, "Price for fifty seats", "A quote?", department=setting.sales)
        .after(hours=2)
        .claim(cast.dora)
        .after(minutes=10)
        .reply(cast.dora, "The quote is in your mailbox.")
        .on(13, "09:50")
        .close(cast.dora, comment="Ordered by phone.")
    )


def _open(stage: Stage) -> None:
    story, cast, setting = partial(Story, stage), stage.cast, stage.setting
    (
        story(1, "09:35", cast.uma, setting.invoice, "Charged twice in October", "See the attached statement.")
        .attach(_STATEMENT)
        .after(minutes=50)
        .claim(cast.charlie)
        .after(minutes=20)
        .reply(cast.charlie, "You are right. We pay one of them back.")
        .after(hours=2)
        .message(cast.uma, "Good to hear. When will it arrive?")
    )
    (
        story(1, "15:25", cast.omar, setting.general, "VAT number on the invoice", "Ours is missing.", source="Email")
        .after(minutes=30)
        .transfer(setting.billing, before=setting.support, by=cast.alice, comment="For Billing, please.")
        .after(minutes=30)
        .reply(cast.charlie, "Please tell us the number.")
    )
    story(2, "13:20", cast.ugo, setting.invoice, "Pay by quarter instead of month?", "Easier for us.")
