"""Mail that comes in by HTTP: read, matched to a conversation, and added to it or opened as a ticket."""
