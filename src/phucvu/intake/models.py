"""Tables of the journal: each batch with its content, and its refused records.

The register follows from the batches that are not withdrawn, taken in the order they came
(`intake.journal`).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from phucvu.accounts.models import ApiKey
from phucvu.intake.integrity.models import BatchHash
from phucvu.intake.personal.models import SealedPersonal
from phucvu.intake.releases import CodeRelease
from phucvu.intake.uploads.models import Upload
from phucvu.units.models import Unit

__all__ = [
    "Batch",
    "BatchContent",
    "BatchHash",
    "CodeRelease",
    "FactVersion",
    "RefusedRecord",
    "SealedPersonal",
    "Upload",
]


class Batch(models.Model):
    """Delivery of one kind of fact: its sender, its moment, its origin and its result."""

    kind = models.CharField(
        _("kind of fact"), max_length=20, default="dossier", help_text=_("as scorecards name it")
    )
    received_at = models.DateTimeField(_("received at"), default=timezone.now, editable=False)
    key = models.ForeignKey(
        ApiKey, verbose_name=_("API key"), null=True, blank=True, on_delete=models.SET_NULL
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("brought for"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("who may see the batch is decided by this unit; empty: who may everywhere"),
    )
    origin = models.CharField(_("origin"), max_length=200)
    digest = models.CharField(_("SHA-256 of the content"), max_length=64, db_index=True)
    correction = models.BooleanField(
        _("correction"),
        default=False,
        help_text=_("stands even where an earlier batch knew of later moments"),
    )
    accepted = models.IntegerField(_("accepted"), default=0)
    unchanged = models.IntegerField(_("unchanged"), default=0)
    superseded = models.IntegerField(_("superseded"), default=0)
    refused = models.IntegerField(_("refused"), default=0)
    # Of a request that named itself: sent again under the same name, it is answered and not read.
    request_id = models.CharField(_("name of the request"), max_length=100, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=150, blank=True)
    withdrawal_reason = models.CharField(_("reason of the withdrawal"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["-id"]
        permissions = [("withdraw_batch", _("Can withdraw batch"))]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "request_id"],
                condition=~Q(request_id=""),
                name="batch_request_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.origin})"


class BatchContent(models.Model):
    """Facts of a batch as they were understood; apart from it, so that lists stay light.

    `answer`: for a request that named itself, its answer and the mark of its content.
    """

    batch = models.OneToOneField(
        Batch, primary_key=True, on_delete=models.CASCADE, related_name="content"
    )
    packed = models.BinaryField()
    request_mark = models.CharField(max_length=64, blank=True)
    answer = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("content of a batch")
        verbose_name_plural = _("contents of batches")

    def __str__(self) -> str:
        return str(self.batch_id)


class FactVersion(models.Model):
    """Version of a fact that a batch brought: an index to the contents.

    `clock` is the version's own clock (`intake.kinds.FactKind.clock`), `stage` how far the fact is
    by it (`FactKind.stage`), `mark` tells its content from others (`intake.record.mark_of`). Both
    are null for versions from before these columns; `phucvu rebuild` fills them in.
    """

    pk = models.CompositePrimaryKey("code", "batch_id", "position")
    code = models.CharField(max_length=64)
    # Found by code; the codes of a batch stand in its content, so this needs no index.
    batch = models.ForeignKey(
        Batch,
        on_delete=models.CASCADE,
        related_name="versions",
        db_index=False,
        # Only `journal.write` makes rows, of the batch it has just written: the store need not
        # look it up for each of them.
        db_constraint=False,
    )
    position = models.IntegerField()
    clock = models.BigIntegerField()
    stage = models.IntegerField(null=True)
    mark = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("version of a fact")
        verbose_name_plural = _("versions of facts")

    def __str__(self) -> str:
        return f"{self.code} {self.batch_id}:{self.position}"


class RefusedRecord(models.Model):
    """Record that was refused, with the field and the reason; personal data left out."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="refusals")
    position = models.IntegerField(_("position in the batch"))
    code = models.CharField(_("code"), max_length=64, blank=True)
    field = models.CharField(_("field"), max_length=60)
    reason = models.CharField(_("reason"), max_length=500)
    content = models.JSONField(_("content"))
    repaired_at = models.DateTimeField(_("repaired at"), null=True, blank=True)
    repaired_by = models.ForeignKey(
        Batch,
        verbose_name=_("repaired by the batch"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="repairs",
    )

    class Meta:
        verbose_name = _("refused record")
        verbose_name_plural = _("refused records")
        ordering = ["-batch", "position"]
        indexes = [
            models.Index(fields=["code"], name="refused_by_code"),
            # Every batch asks whether it repairs one of these; they are few.
            models.Index(
                fields=["code", "batch"], condition=Q(repaired_at=None), name="refused_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.position} {self.field}"
