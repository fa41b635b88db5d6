"""Strong entity tags, made from what is represented.

A tag is `"<state>"`, or `"<state>.<variant>"` when the answer holds more, or less, than the plain resource. The state
alone tells whether a resource has changed, so that a tag got with any `include` or `fields` serves as `If-Match`.
"""

from hashlib import blake2b


def etag(plain: bytes, whole: bytes | None = None) -> str:
    """The tag of a representation. `whole`: what is sent, where that is not the plain resource."""
    state = blake2b(plain, digest_size=12).hexdigest()
    variant = "" if whole is None else "." + blake2b(whole, digest_size=6).hexdigest()
    return f'"{state}{variant}"'


def state_of(tag: str) -> str:
    """The part of a tag that changes with the resource."""
    return tag.strip().removeprefix("W/").strip('"').partition(".")[0]


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Whether `If-None-Match` says that the caller has what this tag stands for."""
    return if_none_match is not None and (
        if_none_match.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    )
