"""Signing in and out, and what users change of themselves."""

from sqlalchemy import delete

from osticket_api.db.tables import own
from tests.parity.operations.inputs import given
from tests.parity.operations.people import password
from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("client.login")
def sign_in_as_user(scene: Scene, params: Params) -> Answer:
    return _sign_in(scene, "user", params)


@operation("staff.login")
def sign_in_as_agent(scene: Scene, params: Params) -> Answer:
    return _sign_in(scene, "staff", params)


def _sign_in(scene: Scene, kind: str, params: Params) -> Answer:
    scene.api.write(lambda tx: tx.change(delete(own.api_strike)))
    name = {"kind": kind, "username": params["username"]}
    for _ in range(params.get("attempts_before", 0)):
        scene.post("/auth/login", name | {"password": "wrong"})
    return scene.post("/auth/login", name | {"password": password(params["password"])})


@operation("staff.logout")
def sign_out(scene: Scene, params: Params) -> Answer:
    acting_as(scene, params["staff"])
    return scene.post("/auth/logout")


@operation("client.profile")
def update_profile(scene: Scene, params: Params) -> Answer:
    """The whole form. A password goes with the current one, which osTicket asks for in the same form."""
    fields = given(name=params.get("name"), timezone=params.get("timezone"), phone=params.get("phone"))
    new = params.get("password")
    current = password(params.get("current", "correct"))
    return scene.send(
        "PATCH", "/users/me", fields | ({"password": password(new), "current_password": current} if new else {})
    )


@operation("client.register")
def register(scene: Scene, params: Params) -> Answer:
    body = given(name=params["name"], email=params["email"], timezone=params["timezone"] or None)
    return scene.post("/auth/register", body | {"password": password("given")})


@operation("client.confirm")
def confirm(scene: Scene, params: Params) -> Answer:
    return scene.post("/auth/confirm", {"token": _pinned(params["token"])})


@operation("client.password_reset_request")
def forget_password(scene: Scene, params: Params) -> Answer:
    return scene.post("/auth/forgot-password", {"username": params["userid"]})


@operation("client.password_reset_use")
def use_reset_link(scene: Scene, params: Params) -> Answer:
    return scene.post("/auth/reset-password", {"username": params["userid"], "token": _pinned(params["token"])})


@operation("client.ticket_access")
def ask_for_ticket_link(scene: Scene, params: Params) -> Answer:
    return scene.post("/auth/ticket-link", {"email": params["email"], "number": params["number"]})


def _pinned(words: str) -> str:
    """Recordings say in words which link was followed; its code is pinned in the rows before."""
    assert words.startswith("token of the ")
    return "TOKEN"


def acting_as(scene: Scene, staff: int) -> None:
    """The recorded inputs name the agent who acts on themselves."""
    assert scene.caller.get("/auth/me").data["id"] == staff
