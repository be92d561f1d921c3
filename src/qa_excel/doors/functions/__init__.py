"""The functions in cells. Standard library only."""
