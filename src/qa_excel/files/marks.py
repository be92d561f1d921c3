"""What the program's own workbooks are known by."""

from __future__ import annotations

KEY_PREFIX = "qa-excel:"
"""What the key of every sheet of a form begins with."""
