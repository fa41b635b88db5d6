"""What the rest of the application may use of cron."""

from osticket_api.features.cron.service import run_cron

__all__ = ["run_cron"]
