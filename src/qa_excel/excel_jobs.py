"""The former name of `qa_excel.doors.addin.jobs`, for an add-in of 0.1 that is still installed."""

import sys

from qa_excel.doors.addin.jobs import main

if __name__ == "__main__":
    main(*sys.argv[1:2])
