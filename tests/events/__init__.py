"""Tests of the feed of events and of what hands it out."""
