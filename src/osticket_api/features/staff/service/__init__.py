"""Public interface of agents: who works in which department, and whom another agent may see."""

from osticket_api.features.staff.service.visible import agent, full_name

__all__ = ["agent", "full_name"]
