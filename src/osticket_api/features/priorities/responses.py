"""Response models for priorities."""

import msgspec


class Priority(msgspec.Struct, kw_only=True):
    id: int
    name: str
    """As people read it: `Emergency`."""
    slug: str
    """As programs and e-mail filters know it: `emergency`."""
    color: str
    urgency: int
    """1 is the most urgent."""
    is_public: bool
    is_default: bool
