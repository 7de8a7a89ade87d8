"""The city of Vũng Tàu as its plan of 2023 describes it, with made-up dossiers.

The offices and procedures are real; every dossier, person and typed-in figure is simulated.
"""

from datetime import date

CITY = "VT"
"""The city until 1 July 2025, then what became of it: the code was used again."""
TURN = date(2025, 7, 1)
