"""Seal the secrets of second factors that were kept as they are."""

from __future__ import annotations

from django.db import migrations

from phucvu.accounts.factor_sealing import is_sealed, seal


def seal_all(apps, _editor):
    for row in apps.get_model("mfa", "Authenticator").objects.filter(
        type__in=["totp", "recovery_codes"]
    ):
        for name in ("secret", "seed"):
            kept = row.data.get(name)
            if kept and not is_sealed(kept):
                row.data[name] = seal(kept)
        codes = row.data.get("migrated_codes")
        if codes:
            row.data["migrated_codes"] = [
                code if is_sealed(code) else seal(code) for code in codes
            ]
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_second_person"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal_all, migrations.RunPython.noop)]
