"""Mail that comes in: read, matched to a conversation, and added to it or opened as a ticket."""
