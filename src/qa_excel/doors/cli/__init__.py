"""The command line."""

from qa_excel.doors.cli.app import main

__all__ = ["main"]
