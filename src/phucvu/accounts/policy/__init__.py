"""Policy: who may do what, decided in one place, in pure Python.

Every face asks it through `accounts.asking`: pages, API, exports, live events, map data, files, the
administration site and the commands that act for an account.
"""

from __future__ import annotations

from phucvu.accounts.policy.deciding import Held, Scope, Who, answer, decide, reach
from phucvu.accounts.policy.delegation import Hindrance, hindrance
from phucvu.accounts.policy.leading import FiguresScope, Leads, figures_scope
from phucvu.accounts.policy.resources import BY_KEY, BY_UNIT, PUBLIC, SENT_BY_KEY, Resource
from phucvu.accounts.policy.roles import LEADING, Role, Standing
from phucvu.accounts.policy.table import TABLE, Answer

__all__ = [
    "BY_KEY",
    "BY_UNIT",
    "LEADING",
    "PUBLIC",
    "SENT_BY_KEY",
    "TABLE",
    "Answer",
    "FiguresScope",
    "Held",
    "Hindrance",
    "Leads",
    "Resource",
    "Role",
    "Scope",
    "Standing",
    "Who",
    "answer",
    "decide",
    "figures_scope",
    "hindrance",
    "reach",
]
