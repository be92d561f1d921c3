"""The ways in: command line, functions in cells, the add-in; and the files that are generated."""
