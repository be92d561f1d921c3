"""What goes back to schools: marked copies, notes, letters, the report."""
