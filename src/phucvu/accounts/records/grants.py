"""Table of grants: an account's role on a unit for an interval."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from phucvu.accounts.words import RoleChoice
from phucvu.units.models import Unit

__all__ = ["Grant"]


class Grant(models.Model):
    """A role on a unit, and on all below it as they are on the day of a question.

    In force from `starts_on` up to but not including `ends_on`. Ending it early moves `ends_on`; a
    row is never deleted.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        related_name="grants",
        on_delete=models.PROTECT,
    )
    role = models.CharField(_("role"), max_length=16, choices=RoleChoice.choices)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    granted_by = models.CharField(_("granted by"), max_length=150)
    granted_at = models.DateTimeField(_("granted at"), default=timezone.now, editable=False)
    ended_by = models.CharField(_("ended by"), max_length=150, blank=True)
    ended_because = models.CharField(_("reason of the end"), max_length=300, blank=True)
    # The last day of the quarter for which somebody said that the access is still needed.
    confirmed_for = models.DateField(_("confirmed for the quarter that ends"), null=True)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["-starts_on", "-id"]
        constraints = [
            # Equal where it was ended before it began.
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="grant_interval_forwards"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_role_display()}, {self.unit}"
