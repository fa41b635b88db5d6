"""Configuration, keys, plugins, sessions, the system log, the search index."""

from sqlalchemy import Table

from osticket_api.db.tables.columns import (
    NOW,
    blob,
    choice,
    fulltext,
    html,
    identifier,
    index,
    moment,
    number,
    plain,
    reference,
    switch,
    unique,
)
from osticket_api.db.tables.metadata import metadata

config = Table(
    "config",
    metadata,
    identifier("id"),
    plain("namespace", 64),
    plain("key", 64),
    plain("value"),
    moment("updated", timestamp=True, default=NOW),
    unique("namespace", "namespace", "key"),
)

api_key = Table(
    "api_key",
    metadata,
    identifier("id", width=10),
    switch("isactive", default=True, signed=True),
    plain("ipaddr", 64),
    plain("apikey", 255),
    switch("can_create_tickets", default=True),
    switch("can_exec_cron", default=True),
    plain("notes", nullable=True),
    moment("updated"),
    moment("created"),
    unique("apikey", "apikey"),
    index("ipaddr", "ipaddr"),
)

plugin = Table(
    "plugin",
    metadata,
    identifier("id"),
    plain("name", 255),
    plain("install_path", 60),
    switch("isphar", default=False, signed=True),
    switch("isactive", default=False, signed=True),
    plain("version", 64, nullable=True),
    plain("notes", nullable=True),
    moment("installed"),
    unique("install_path", "install_path"),
)

plugin_instance = Table(
    "plugin_instance",
    metadata,
    identifier("id"),
    reference("plugin_id", width=11, required=True),
    number("flags", signed=True, default=0),
    plain("name", 255, default=""),
    plain("notes", nullable=True),
    moment("created"),
    moment("updated", nullable=True),
    index("plugin_id", "plugin_id"),
)

session = Table(
    "session",
    metadata,
    plain("session_id", 255, default="", primary_key=True, collation="ascii_general_ci"),
    blob("session_data", nullable=True),
    moment("session_expire", nullable=True),
    moment("session_updated", nullable=True),
    plain("user_id", 16, default="0"),
    plain("user_ip", 64),
    plain("user_agent", 255, collation="utf8_unicode_ci"),
    index("updated", "session_updated"),
    index("user_id", "user_id"),
)

syslog = Table(
    "syslog",
    metadata,
    identifier("log_id"),
    choice("log_type", "Debug", "Warning", "Error"),
    plain("title", 255),
    html("log"),
    plain("logger", 64),
    plain("ip_address", 64),
    moment("created"),
    moment("updated"),
    index("log_type", "log_type"),
)

search = Table(
    "_search",
    metadata,
    plain("object_type", 8, primary_key=True),
    number("object_id", width=11, primary_key=True),
    plain("title", nullable=True),
    plain("content", nullable=True),
    fulltext("search", "title", "content"),
)
