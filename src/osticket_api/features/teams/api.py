"""What the rest of the application may use of teams."""

from osticket_api.features.teams.queries import list_teams

__all__ = ["list_teams"]
