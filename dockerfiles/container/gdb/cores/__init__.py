"""Core files: what they keep, and the fault behind one that a signal's handler left."""
