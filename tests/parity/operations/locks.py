"""Locks that keep two agents from answering at once."""

from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("lock.acquire", "lock.renew")
def acquire(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/tickets/{params['ticket']}/lock", {})


@operation("lock.release")
def release(scene: Scene, params: Params) -> Answer:
    return scene.send("DELETE", f"/tickets/{params['ticket']}/lock")
