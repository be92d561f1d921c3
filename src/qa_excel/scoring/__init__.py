"""Answers become a scorecard, and what would earn more. Standard library only."""
