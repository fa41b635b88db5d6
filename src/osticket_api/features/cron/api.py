"""Public interface of cron for the rest of the application."""

from osticket_api.features.cron.service import run_cron

__all__ = ["run_cron"]
