"""`python -m qa_excel` is `qa-excel`."""

from qa_excel.cli import main

main()
