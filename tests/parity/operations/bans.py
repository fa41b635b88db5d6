"""The ban list."""

from tests.parity.operations.inputs import given
from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("email.ban")
def ban(scene: Scene, params: Params) -> Answer:
    return scene.post("/ban-list", {"email": _address(scene, params), **given(notes=params.get("notes"))})


@operation("email.unban")
def unban(scene: Scene, params: Params) -> Answer:
    return scene.send("DELETE", f"/ban-list/{_address(scene, params)}")


def _address(scene: Scene, params: Params) -> str:
    """The address asked for, or that of a ticket's owner."""
    if params.get("email"):
        return str(params["email"])
    found = scene.desk.scalar(
        "SELECT a.address FROM ost_ticket t JOIN ost_user u ON u.id = t.user_id"
        " JOIN ost_user_email a ON a.id = u.default_email_id WHERE t.ticket_id = ?",
        params["ticket"],
    )
    return str(found)
