"""Working days and working time of Vietnam's public offices.

A deadline of the law runs in working days: weekends and public holidays are off, so are days
swapped by decree, and the Saturdays worked in exchange are on. Holidays come from the `holidays`
library and from decrees it lacks; days of an office's own calendar are passed in.

The room is pure: no Django, no store, and nothing else of phucvu.
"""

from phucvu.workdays.days import WorkDays
from phucvu.workdays.hours import OFFICE_HOURS, OfficeHours, WorkTime
from phucvu.workdays.vietnam import holiday_names, known_working_days

__all__ = [
    "OFFICE_HOURS",
    "OfficeHours",
    "WorkDays",
    "WorkTime",
    "holiday_names",
    "known_working_days",
]
