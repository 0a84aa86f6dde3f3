"""How what was seen gets to the host: one line of JSON each, behind a mark that only the host knows."""
