"""Description of the policy's table in words: the text of `docs/permissions.md`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from phucvu.accounts.policy.leading import Leads
from phucvu.accounts.policy.resources import BY_UNIT, PUBLIC, Resource
from phucvu.accounts.policy.roles import LEADING, Role, Standing
from phucvu.accounts.policy.table import TABLE, Answer

__all__ = ["as_markdown"]

_ROLES: dict[Role | Standing, tuple[str, str]] = {
    Standing.ANYONE: ("anyone", "without an account"),
    Standing.ACCOUNT: ("account", "signed in, nothing granted"),
    Role.VIEWER: ("viewer", "sees its part of the map with the work that waits"),
    Role.OFFICER: ("officer", "of one unit: its dossiers, files, figures"),
    Role.HEAD: ("head", "of a unit and all below it: asks for access, confirms it each quarter"),
    Role.OFFICE: ("office", "the Office (Văn phòng HĐND và UBND): urges, consolidates"),
    Role.JUSTICE: ("justice", "Tư pháp"),
    Role.POLICE: ("police", "Công an"),
    Role.CULTURE: ("culture", "Văn hóa - Thông tin"),
    Role.HOME_AFFAIRS: ("home affairs", "Nội vụ: units, and results as evidence"),
    Role.IT_CENTRE: ("IT centre", "grants access, keeps feeds and keys; sees no dossier"),
    Role.AUDITOR: ("auditor", "reads everything, changes nothing"),
    Standing.ADMINISTRATOR: ("administrator", "made on the server by `phucvu account create`"),
    Standing.SENDING_KEY: ("key to send", "an API key made to send facts"),
    Standing.READING_KEY: ("key to read", "an API key made to read dossiers"),
    Standing.CATALOGUE_KEY: (
        "key to the catalogue",
        "an API key made to send the catalogue of procedures",
    ),
}
_THINGS: dict[Resource, str] = {
    Resource.SCORES: "score pages, components, the scorecard, `GET /units`",
    Resource.SHAPES: "shapes of the public map",
    Resource.EVENTS: "events that public figures changed",
    Resource.SERVICE: "health, the API's description, the language",
    Resource.DOOR: "signing in, registering, a lost password",
    Resource.ACCOUNT: "one's own account, its factors and sessions, asking for access",
    Resource.DESK: "the desk's first page",
    Resource.WORK: "the work map: how many dossiers are open and overdue",
    Resource.DOSSIERS: "lists of dossiers, a dossier, events about them",
    Resource.PERSONAL: "personal data of a dossier, where it is turned on",
    Resource.VERDICTS: "why a dossier counts or not",
    Resource.EXPORTS: "dossiers as a file",
    Resource.BATCHES: "what came in",
    Resource.REFUSALS: "refused records",
    Resource.BRING: "bringing files",
    Resource.WITHDRAW: "withdrawing a batch",
    Resource.TEMPLATES: "templates to fill in",
    Resource.FIGURES: "typing figures in; a lead those of its own indicators only",
    Resource.CATALOGUE: "the catalogue of procedures",
    Resource.CALENDAR: "days off and days worked",
    Resource.UNITS: "changing units",
    Resource.REQUESTS: "passing on and refusing requests for access",
    Resource.GRANTS: "granting and ending access",
    Resource.REVIEW: "seeing access, confirming it each quarter",
    Resource.KEYS: "API keys",
    Resource.AUDIT: "the audit",
    Resource.ADMIN: "the administration site's door; its sections are the things above",
    Resource.SYSTEM: "accounts, sign-in data and whatever names no thing",
    Resource.SEND: "`POST` of facts",
    Resource.SEND_CATALOGUE: "`POST` of procedures and of which unit applies them",
    Resource.READ: "`GET` of dossiers",
}


def as_markdown(leads: Leads, edition: str) -> str:
    """Write the whole page; `leads` is what the edition of that id says."""
    return "\n".join(_lines(leads, edition)) + "\n"


def _lines(leads: Leads, edition: str) -> Iterator[str]:
    yield from (
        "# Who may what",
        "",
        "Generated from `phucvu.accounts.policy` and the edition by `tools/permissions.py`; do not",
        "edit.",
        "",
        "A role is granted to an account, on a unit, for an interval. The answers:",
        "",
        "- **yes**: everywhere;",
        "- **subtree**: for the unit of the grant and all below it, as they are on the day;",
        "- **own**: for the unit of the grant only; of what belongs to an account, for one's own;",
        "- nothing: no.",
        "",
        "Who holds several roles may what any of them lets. A refused attempt is audited.",
        "",
        "## Roles",
        "",
        "| role | who |",
        "|---|---|",
    )
    yield from (f"| {name} | {who} |" for name, who in _ROLES.values())
    granted = [role for role in _ROLES if isinstance(role, Role)]
    others = [role for role in _ROLES if isinstance(role, Standing)]
    yield from ("", "## Granted roles", "")
    yield from _table(granted)
    yield from (
        "",
        "## Leads",
        "",
        "Of the figures of a unit within reach, a lead states those of the indicators that the",
        f"edition gives it (`leads` in its file, with the clause). In `{edition}`:",
        "",
    )
    for role in LEADING:
        yield f"- {_ROLES[role][0]}: {', '.join(sorted(leads.get(role, ()))) or 'none'}"
    yield from ("", "## Without a grant", "")
    yield from _table(others)


def _table(roles: Sequence[Role | Standing]) -> Iterator[str]:
    names = " | ".join(_ROLES[role][0] for role in roles)
    yield f"| thing | of a unit | {names} |"
    yield "|---" * (len(roles) + 2) + "|"
    for thing, what in _THINGS.items():
        answers = " | ".join(_answer(role, thing) for role in roles)
        yield f"| **{thing.value}**: {what} | {'yes' if thing in BY_UNIT else ''} | {answers} |"


def _answer(role: Role | Standing, thing: Resource) -> str:
    row = TABLE[thing]
    # An account may what anyone may, and whoever holds a role has an account.
    by_itself = row.get(Standing.ANYONE) if thing in PUBLIC else None
    if by_itself is None and isinstance(role, Role):
        by_itself = row.get(Standing.ACCOUNT)
    found = row.get(role) or by_itself or Answer.NO
    return "" if found is Answer.NO else found.value
