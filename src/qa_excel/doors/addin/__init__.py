"""Installing the functions: into Excel on Windows, into LibreOffice, and as an offline bundle; and the doctor.

`system` is the only module that asks the computer about itself; `findings` declares every message once.
"""
