"""The knowledge base: questions with answers, in categories."""
