"""Where the sample tickets happen: departments, teams, service levels, topics, a form with every kind of field."""

from dataclasses import dataclass

from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag, TopicFlag
from osticket_api.embedded.additions import Named, add_department
from osticket_api.embedded.ledger import Ledger
from osticket_api.embedded.seed.forms import INTERNAL, OPTIONAL, REQUIRED, TICKET
from osticket_api.embedded.seed.ticketing import NOTHING_HIDDEN
from osticket_api.kit import php_json

_ROUND_THE_CLOCK = 2
_DEFAULT_SLA = 1
_OWN_NUMBERS = TopicFlag.CUSTOM_NUMBERS | TopicFlag.ACTIVE
_ACTIVE = TopicFlag.ACTIVE


@dataclass(frozen=True)
class Topic:
    """What a help topic decides about a new ticket."""

    id: int
    department: Named
    priority: int = 2
    sla: int = _DEFAULT_SLA
    number_format: str = ""


@dataclass(frozen=True)
class Setting:
    support: Named
    sales: Named
    maintenance: Named
    billing: Named
    workplace: Named
    first_level: Named
    escalation: Named
    urgent_sla: int
    general: Topic
    feedback: Topic
    problem: Topic
    access: Topic
    equipment: Topic
    invoice: Topic
    equipment_form: int
    fields: dict[str, int]
    offices: dict[str, int]


def plant_setting(ledger: Ledger) -> Setting:
    """The departments, teams and topics of a new install stay; these come on top. Source: people.md 4.1, 5.1, 5.2."""
    support, sales, maintenance = Named(1, "Support"), Named(2, "Sales"), Named(3, "Maintenance")
    sla = ledger.add(t.sla, name="Urgent 4h", schedule_id=_ROUND_THE_CLOCK, grace_period=4, flags=1)["id"]
    billing = add_department(ledger, "Billing")
    workplace = add_department(ledger, "Workplace", parent=maintenance, sla=sla)
    offices = _offices(ledger)
    form = ledger.add(t.form, type="G", title="Equipment details")["id"]
    team = ledger.add(t.team, name="Escalation")
    return Setting(
        support,
        sales,
        maintenance,
        billing,
        workplace,
        first_level=Named(1, "Level I Support"),
        escalation=Named(team["team_id"], team["name"]),
        urgent_sla=sla,
        general=Topic(1, support),
        feedback=Topic(2, support, priority=1),
        problem=Topic(10, maintenance),
        access=Topic(11, support, priority=3),
        equipment=_topic(ledger, "Equipment Request", workplace, sla, forms=(TICKET, form)),
        invoice=_topic(ledger, "Invoice Question", billing, _DEFAULT_SLA, number_format="INV-#####"),
        equipment_form=form,
        fields=_fields(ledger, form, f"list-{offices.pop('')}"),
        offices=offices,
    )


def _topic(
    ledger: Ledger,
    name: str,
    department: Named,
    sla: int,
    *,
    forms: tuple[int, ...] = (TICKET,),
    number_format: str = "",
) -> Topic:
    row = ledger.add(
        t.help_topic,
        topic=name,
        dept_id=department.id,
        priority_id=2,
        flags=_OWN_NUMBERS if number_format else _ACTIVE,
        number_format=number_format or None,
        sequence_id=1 if number_format else None,
        sort=5,
    )
    for position, form in enumerate(forms, start=1):
        ledger.add(t.help_topic_form, topic_id=row["topic_id"], form_id=form, sort=position, extra=NOTHING_HIDDEN)
    return Topic(row["topic_id"], department, sla=sla, number_format=number_format)


def _offices(ledger: Ledger) -> dict[str, int]:
    """The ids of a custom list's items by name; the list's own id under the empty name."""
    office = ledger.add(t.list_, name="Office", name_plural="Offices", sort_mode="Alpha")
    ledger.add(t.form, type=f"L{office['id']}", title="Office Properties")
    places = {"": office["id"]}
    for name, short in (("Lisbon", "LIS"), ("Tallinn", "TLL"), ("Turin", "TRN")):
        item = ledger.add(t.list_items, list_id=office["id"], value=name, extra=short, properties="[]")
        places[name] = item["id"]
    return places


def _choices(*, several: bool = False, **labels: str) -> str:
    lines = "\n".join(f"{key}:{label}" for key, label in labels.items())
    return php_json.encode({"choices": lines, "default": "", "prompt": "", "multiselect": several})


def _fields(ledger: Ledger, form: int, list_type: str) -> dict[str, int]:
    kinds = (
        ("intro", "info", "About this form", OPTIONAL, php_json.encode({"content": "<p>Tell us what you need.</p>"})),
        ("asset_tag", "text", "Asset tag", REQUIRED, None),
        ("details", "memo", "Details", OPTIONAL, None),
        ("condition", "choices", "Condition", OPTIONAL, _choices(new="New", used="Used", broken="Broken")),
        ("extras", "choices", "Extras", OPTIONAL, _choices(several=True, bag="Bag", dock="Dock", mouse="Mouse")),
        ("warranty", "bool", "Under warranty", OPTIONAL, None),
        ("needed_by", "datetime", "Needed by", OPTIONAL, None),
        ("impact", "priority", "Impact", OPTIONAL, None),
        ("place", "break", "Where it goes", OPTIONAL, None),
        ("office", list_type, "Office", OPTIONAL, None),
        ("owner", "department", "Owning department", OPTIONAL, None),
        ("contact", "assignee", "Contact", INTERNAL, None),
        ("zone", "timezone", "Time zone", OPTIONAL, None),
        ("desk_phone", "phone", "Desk phone", OPTIONAL, None),
        ("photo", "files", "Photo", OPTIONAL, None),
        ("cost_centre", "text", "Cost centre", INTERNAL | int(FieldFlag.CLOSE_REQUIRED), None),
    )
    return {
        name: ledger.add(
            t.form_field, form_id=form, name=name, type=kind, label=label, flags=flags, configuration=options, sort=sort
        )["id"]
        for sort, (name, kind, label, flags, options) in enumerate(kinds, start=1)
    }
