"""The help desk as a server of the Model Context Protocol: an assistant's tools, which use our own HTTP API alone."""
