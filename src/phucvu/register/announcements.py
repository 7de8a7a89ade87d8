"""Announcement decisions (quyết định công bố): which procedures, when issued, when published."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from phucvu.register.walltime import WallTimeField
from phucvu.units.models import Unit

__all__ = ["AnnouncedAction", "AnnouncedProcedure"]


class AnnouncedAction(models.TextChoices):
    """What a decision does to a procedure."""

    NEW = "new", _("new")
    AMENDED = "amended", _("amended")
    ABOLISHED = "abolished", _("abolished")


class AnnouncedProcedure(models.Model):
    """A procedure in an announcement decision, with what became of it.

    `unit` is the province or ministry that issued the decision. A procedure that comes in several
    decisions has a row for each.
    """

    code = models.CharField(_("code"), max_length=64)
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("issued by"),
        on_delete=models.PROTECT,
        related_name="announced_procedures",
    )
    decision = models.CharField(_("number of the decision"), max_length=40)
    procedure_code = models.CharField(_("procedure code"), max_length=40)
    action = models.CharField(_("action"), max_length=10, choices=AnnouncedAction.choices)
    issued_at = WallTimeField(_("issued at"), null=True, blank=True)
    effective_at = WallTimeField(_("legal basis in force from"), null=True, blank=True)
    published_at = WallTimeField(_("published at"), null=True, blank=True)
    digest = models.CharField(max_length=32, editable=False)
    changed_at = models.DateTimeField(_("last changed at"), editable=False)

    class Meta:
        verbose_name = _("announced procedure")
        verbose_name_plural = _("announced procedures")
        ordering = ["-issued_at", "procedure_code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="announced_procedure_code_once")
        ]
        indexes = [models.Index(fields=["unit"], name="announced_procedure_unit")]

    def __str__(self) -> str:
        return f"{self.decision} {self.procedure_code}"
