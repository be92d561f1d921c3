"""Office files and this computer's: opening them safely, editing, writing in one step, LibreOffice."""
