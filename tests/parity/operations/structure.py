"""What a help desk is made of, as administrators set it up."""

from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("role.create")
def create_role(scene: Scene, params: Params) -> Answer:
    return scene.post("/roles", {"name": params["name"], "permissions": params["perms"]})


@operation("role.update")
def update_role(scene: Scene, params: Params) -> Answer:
    return scene.send("PATCH", f"/roles/{params['role']}", {"permissions": params["perms"]})


@operation("role.delete")
def delete_roles(scene: Scene, params: Params) -> Answer:
    return [scene.send("DELETE", f"/roles/{role}") for role in params["roles"]][-1]
