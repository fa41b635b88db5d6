"""Schedules: business hours, and the holidays that interrupt them."""
