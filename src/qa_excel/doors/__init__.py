"""The ways in: command line, functions in cells, the add-in."""
