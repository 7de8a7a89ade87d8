"""Names of roles, steps and answers on pages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from phucvu.accounts.policy import Hindrance, Role

__all__ = ["HINDRANCES", "RoleChoice"]


class RoleChoice(models.TextChoices):
    """Choices of `policy.Role`, with their names on pages."""

    VIEWER = Role.VIEWER.value, _("Viewer")
    OFFICER = Role.OFFICER.value, _("Officer")
    HEAD = Role.HEAD.value, _("Head of the unit")
    OFFICE = Role.OFFICE.value, _("The Office")
    JUSTICE = Role.JUSTICE.value, _("Justice (lead)")
    POLICE = Role.POLICE.value, _("Police (lead)")
    CULTURE = Role.CULTURE.value, _("Culture and information (lead)")
    HOME_AFFAIRS = Role.HOME_AFFAIRS.value, _("Home affairs (lead)")
    IT_CENTRE = Role.IT_CENTRE.value, _("IT centre")
    AUDITOR = Role.AUDITOR.value, _("Auditor")


HINDRANCES = {
    Hindrance.BACKWARDS: _("The access has to end after it begins."),
    Hindrance.SELF: _("Nobody grants access to oneself; another has to do it."),
    Hindrance.NOT_ALLOWED: _("Only the IT centre, or whom it delegated, grants access."),
    Hindrance.OTHER_UNIT: _("The unit lies outside what was granted to you."),
    Hindrance.TOO_LONG: _("The access would begin before or end after your own."),
}
