"""The old endpoints: osTicket's own HTTP API and that of its best-known plugin, answered as they answer."""
