"""Payments of fees and other financial duties: what was asked for a dossier, what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from phucvu.register.linked import AboutDossier
from phucvu.register.walltime import WallTimeField
from phucvu.units.models import Unit

__all__ = ["Payment", "PaymentMethod", "PaymentPurpose"]


class PaymentPurpose(models.TextChoices):
    """What is paid for."""

    FEE = "fee", _("fee")
    CHARGE = "charge", _("charge")
    DUTY = "duty", _("other financial duty")


class PaymentMethod(models.TextChoices):
    """How it was paid; the first two are online."""

    NATIONAL = "national", _("online on the national portal")
    GATEWAY = "gateway", _("online through another gateway")
    CASH = "cash", _("in cash")
    TRANSFER = "transfer", _("by transfer")


class Payment(AboutDossier):
    """One sum asked for a dossier; the dossier need not be in the register.

    Who paid, and from which account, is never kept.
    """

    code = models.CharField(_("number of the payment"), max_length=64)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="payments"
    )
    dossier_code = models.CharField(_("dossier code"), max_length=64)
    purpose = models.CharField(
        _("purpose"), max_length=8, choices=PaymentPurpose.choices, blank=True
    )
    amount = models.BigIntegerField(_("amount (VND)"))
    requested_at = WallTimeField(_("asked for at"), null=True, blank=True)
    paid_at = WallTimeField(_("paid at"), null=True, blank=True)
    method = models.CharField(_("method"), max_length=10, choices=PaymentMethod.choices, blank=True)
    refunded_at = WallTimeField(_("paid back at"), null=True, blank=True)
    cancelled_at = WallTimeField(_("cancelled at"), null=True, blank=True)
    exempt = models.BooleanField(_("exempt"), default=False)
    digest = models.CharField(max_length=32, editable=False)
    changed_at = models.DateTimeField(_("last changed at"), editable=False)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="payment_code_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_not_negative"),
        ]
        indexes = [
            models.Index(fields=["unit"], name="payment_unit"),
            models.Index(fields=["dossier_code"], name="payment_of_dossier"),
        ]

    def __str__(self) -> str:
        return self.code
