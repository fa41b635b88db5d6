"""Locks that keep two agents from answering at once."""

from tests.parity.operations.registry import Answer, Params, Scene, operation

_KNOWN = {"lock": "an agent has one lock on a ticket, which needs no number"}


@operation("lock.acquire", "lock.renew", without=_KNOWN)
def acquire(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/tickets/{params['ticket']}/lock", {})


@operation("lock.release", without=_KNOWN)
def release(scene: Scene, params: Params) -> Answer:
    return scene.send("DELETE", f"/tickets/{params['ticket']}/lock")
