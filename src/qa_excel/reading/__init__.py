"""A workbook becomes a submission, and what is wrong with the workbook itself."""
