"""Submissions to fill workbooks with: empty, drawn, at the boundaries, as typed, and every state of a table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched_pairs  # placeholder
