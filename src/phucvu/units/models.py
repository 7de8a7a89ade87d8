"""Tables of units: the offices and territories that are scored, and how they were reorganised."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from phucvu.units.stamp import Stamp, bump

__all__ = [
    "Act",
    "Boundary",
    "Decision",
    "Kind",
    "PastState",
    "Reorganisation",
    "Stamp",
    "Succession",
    "Unit",
]


class Kind(models.TextChoices):
    """Kind of a unit. Units are ranked among those of the same kind and parent."""

    COUNTRY = "country", _("Country")
    MINISTRY = "ministry", _("Ministry")
    PROVINCE = "province", _("Province")
    DEPARTMENT = "department", _("Provincial department")
    DISTRICT = "district", _("District or city of a province")
    DISTRICT_DEPARTMENT = "district_department", _("District department")
    COMMUNE = "commune", _("Commune or ward")


class _Stamping(models.QuerySet[Any]):
    """Query set that renews the units' token at writes that send no signal."""

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        created = super().bulk_create(*args, **kwargs)
        bump()
        return created

    def update(self, **kwargs: Any) -> int:
        changed = super().update(**kwargs)
        bump()
        return changed

    def delete(self) -> tuple[int, dict[str, int]]:
        deleted = super().delete()
        bump()
        return deleted


class _State(models.Model):
    """Columns of a unit that can change in time."""

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        bump()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        bump()
        return deleted


class Unit(_State):
    """An office or territory, from `valid_from` up to but not including `valid_to`.

    Code, name, kind and parent are the latest; earlier ones are in `PastState`. Codes are re-used
    across eras with another meaning (26536 was Phường 10, then Phường Rạch Dừa), so the key is the
    row's own id; a code is unique only among the units in force.
    """

    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        related_name="children",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    valid_to = models.DateField(_("until"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Ho_Chi_Minh")
    simulated = models.BooleanField(
        _("simulated"),
        default=False,
        help_text=_("Its dossiers are made up for a demonstration; every page says so."),
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)

    objects = _Stamping.as_manager()

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


class Decision(models.Model):
    """Decision that reorganised units."""

    number = models.CharField(_("number"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=400, blank=True)
    issued_by = models.CharField(_("issued by"), max_length=200, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision on units")
        verbose_name_plural = _("decisions on units")
        ordering = ["-issued_on", "number"]

    def __str__(self) -> str:
        return self.number


class Act(models.TextChoices):
    """Kind of reorganisation."""

    CREATE = "create", _("creation")
    RENAME = "rename", _("new name")
    CHANGE_KIND = "change_kind", _("new kind")
    CHANGE_CODE = "change_code", _("new code")
    MOVE = "move", _("move under another unit")
    MERGE = "merge", _("merger")
    SPLIT = "split", _("split")
    END = "end", _("end")
    LIST = "list", _("new list of units")


class Reorganisation(models.Model):
    """A change to units: its kind, first day and decision, who entered it and when.

    The rows are the record of all changes: they are added, never altered.
    """

    act = models.CharField(_("change"), max_length=12, choices=Act.choices)
    effective = models.DateField(_("from"))
    decision = models.ForeignKey(
        Decision, verbose_name=_("decision"), on_delete=models.PROTECT, related_name="+"
    )
    units = models.ManyToManyField(Unit, verbose_name=_("units"), related_name="reorganisations")
    note = models.CharField(_("note"), max_length=400, blank=True)
    recorded_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("empty: on the server's command line"),
    )

    class Meta:
        verbose_name = _("reorganisation")
        verbose_name_plural = _("reorganisations")
        ordering = ["-effective", "-id"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.effective} ({self.decision})"


class PastState(_State):
    """State of a unit until `valid_to`, with the reorganisation that ended it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="past")
    parent = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    valid_to = models.DateField()
    ended_by = models.ForeignKey(Reorganisation, on_delete=models.PROTECT, related_name="+")

    objects = _Stamping.as_manager()

    class Meta:
        ordering = ["unit", "valid_to"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "valid_to"], name="past_state_once"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_from__lt=F("valid_to")),
                name="past_state_interval_forwards",
            ),
        ]
        indexes = [models.Index(fields=["code"], name="past_state_code")]

    def __str__(self) -> str:
        return f"{self.name} ({self.code}) -{self.valid_to}"


class Succession(models.Model):
    """Takeover of a share of the unit `before` by `after`: an exact fraction, 1 ÷ 1 for the whole.

    The shares of all successors of a unit add up to 1.
    """

    before = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions")
    after = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="origins")
    share_of = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    share = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    reorganisation = models.ForeignKey(
        Reorganisation, on_delete=models.PROTECT, related_name="successions"
    )

    objects = _Stamping.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="succession_once"),
            models.CheckConstraint(
                condition=Q(share__gte=1) & Q(share__lte=F("share_of")),
                name="succession_share_within_one",
            ),
            models.CheckConstraint(
                condition=~Q(before=F("after")), name="succession_of_another_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} → {self.after_id} ({self.share}/{self.share_of})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        bump()


class Boundary(models.Model):
    """Territory of a unit from a day on, at one level of detail, as GeoJSON."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="boundaries")
    valid_from = models.DateField(null=True)
    level = models.PositiveSmallIntegerField()
    geometry = models.TextField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "level", "valid_from"], name="boundary_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.level}"
