"""The catalogue that was carried over gets its batches: without one, a rebuild would drop it.

What this program wrote down of a batch when this migration was made: the digest of a fact, the
packed content and the index of versions. A later form reads these rows like any others.
"""

import hashlib
import zlib

import msgspec
from django.db import migrations
from django.utils import timezone

_NO_CLOCK = -(2**62)
_AT_ONCE = 1_000
_COLUMNS = {
    "procedure": (
        "code", "unit_id", "procedure_code", "from_at", "until_at", "name", "field_name",
        "promulgated_by", "executed_by", "fee", "term", "term_unit", "result", "for_citizen",
        "for_overseas", "for_foreigner", "for_business", "for_organisation", "for_state",
        "published", "has_name", "has_steps", "has_methods", "has_components", "has_term",
        "has_subjects", "has_body",
    ),
    "applied_procedure": (
        "code", "unit_id", "procedure_code", "from_at", "until_at", "online_level",
    ),
}  # fmt: skip


def write_down(apps, schema_editor):
    for kind, name in (("procedure", "Procedure"), ("applied_procedure", "ProcedureAtUnit")):
        model = apps.get_model("register", name)
        while rows := list(model.objects.filter(digest="").order_by("pk")[:_AT_ONCE]):
            _write(apps, kind, model, rows)


def _write(apps, kind, model, rows):
    columns = _COLUMNS[kind]
    facts = [[getattr(row, name) for name in columns] for row in rows]
    for row, fact in zip(rows, facts, strict=True):
        content = msgspec.json.encode(fact)
        row.digest = hashlib.blake2b(content, digest_size=16).hexdigest()
    model.objects.bulk_update(rows, ["digest"])
    batch = apps.get_model("intake", "Batch").objects.create(
        kind=kind,
        received_at=timezone.now(),
        origin="the catalogue as it stood",
        digest=hashlib.sha256(msgspec.json.encode(facts)).hexdigest(),
        accepted=len(rows),
    )
    packed = {
        "positions": list(range(len(rows))),
        "columns": dict(zip(columns, zip(*facts, strict=True), strict=True)),
    }
    apps.get_model("intake", "BatchContent").objects.create(
        batch=batch, packed=zlib.compress(msgspec.json.encode(packed), 3)
    )
    version = apps.get_model("intake", "FactVersion")
    version.objects.bulk_create(
        version(code=row.code, batch=batch, position=position, clock=_NO_CLOCK)
        for position, row in enumerate(rows)
    )


class Migration(migrations.Migration):

    dependencies = [
        ("intake", "0005_batch_unit"),
        ("register", "0009_payments"),
    ]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop, elidable=True)]
