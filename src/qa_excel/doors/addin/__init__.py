"""Installing the functions: into Excel on Windows, into LibreOffice, and as an offline bundle; and the doctor.

What is asked of the computer goes through `files.computer`; `findings` declares every message once.
"""
