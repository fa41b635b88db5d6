"""Public interface of teams for the rest of the application."""

from osticket_api.features.teams.queries import list_teams

__all__ = ["list_teams"]
