"""Response models for privacy."""

from typing import Annotated

import msgspec

from osticket_api.features.privacy.erasing import Mode


class Erased(msgspec.Struct, kw_only=True):
    """The result of an erasure: how many rows of each table."""

    user_id: Annotated[int, msgspec.Meta(description="The id of the user.")]
    mode: Annotated[Mode, msgspec.Meta(description="How the user was erased.")]
    rows: Annotated[dict[str, int], msgspec.Meta(description="By table, how many rows were about the user.")]
