"""THE list of features. A feature that is not here does not exist."""

from fastapi import APIRouter

from osticket_api.features.auth.routes import router as auth
from osticket_api.features.system.routes import router as system
from osticket_api.features.tickets.routes import router as tickets

ROOT: tuple[APIRouter, ...] = (system,)
V2: tuple[APIRouter, ...] = (auth, tickets)
