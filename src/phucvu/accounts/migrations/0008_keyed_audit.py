"""The audit is keyed from here on; one line, keyed, seals those that are there.

It is written as the program wrote lines when this migration was made: see
`phucvu.accounts.audit.chain`.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from django.db import migrations, models
from django.utils import timezone

from phucvu.accounts import integrity_key


def seal(apps, _editor):
    entries = apps.get_model("accounts", "AuditEntry").objects
    last = entries.order_by("-id").values_list("id", "hash").first()
    if last is None:
        return
    if not integrity_key.file_of_keys().exists():
        integrity_key.make()
    key = integrity_key.keys()[0]
    line = {
        "moment": timezone.now(), "actor": "phucvu", "address": "", "action": "audit.keyed",
        "thing": "audit", "outcome": "done", "unit_id": None, "unit_code": "",
        "detail": {"entries": entries.count(), "last": last[0]}, "previous": last[1],
    }  # fmt: skip
    told = line | {"moment": line["moment"].astimezone(UTC).isoformat(timespec="microseconds")}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    entries.create(**line, hash=digest, keyed_hash=key.hash("audit", digest.encode()))
    apps.get_model("accounts", "IntegrityKey").objects.get_or_create(mark=key.mark)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0007_sealed_factors"),
    ]

    operations = [
        migrations.CreateModel(
            name="IntegrityKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.CharField(max_length=8, unique=True)),
                ("since", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "integrity key",
                "verbose_name_plural": "integrity keys",
            },
        ),
        migrations.AddField(
            model_name="auditentry",
            name="keyed_hash",
            field=models.CharField(max_length=80, null=True),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
