"""What goes back to schools: marked copies, letters, the report."""
