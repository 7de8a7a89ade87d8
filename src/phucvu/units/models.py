"""Units: the offices and territories that are scored."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

__all__ = ["Kind", "Unit"]


class Kind(models.TextChoices):
    """What a unit is. Ranking is within a kind and a parent."""

    COUNTRY = "country", _("Country")
    MINISTRY = "ministry", _("Ministry")
    PROVINCE = "province", _("Province")
    DEPARTMENT = "department", _("Provincial department")
    DISTRICT = "district", _("District or city of a province")
    DISTRICT_DEPARTMENT = "district_department", _("District department")
    COMMUNE = "commune", _("Commune or ward")


class Unit(models.Model):
    """An office or territory, from `valid_from` up to but not including `valid_to`.

    Codes are re-used across eras with another meaning (26536 was Phường 10, then Phường Rạch
    Dừa), so the key is the row's own id; a code is unique only among the units in force.
    """

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        related_name="children",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Ho_Chi_Minh")
    simulated = models.BooleanField(
        _("simulated"),
        default=False,
        help_text=_("Its dossiers are made up for a demonstration; every page says so."),
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to=None), name="unit_code_once_in_force"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=F("valid_to")),
                name="unit_interval_forwards",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
