"""The city of Vũng Tàu as its plan of 2023 describes it, with made-up dossiers.

The offices and procedures are real; every dossier, person and typed-in figure is simulated.
"""

CITY = "VT"
