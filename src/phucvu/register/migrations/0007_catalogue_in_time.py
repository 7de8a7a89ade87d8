"""The catalogue of procedures becomes a kind of fact: known by code, dated, booked on a unit."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import phucvu.register.walltime


def dated():
    return [
        ("from_at", phucvu.register.walltime.WallTimeField(blank=True, null=True, verbose_name="in force from")),
        ("until_at", phucvu.register.walltime.WallTimeField(blank=True, null=True, verbose_name="in force until")),
    ]


class Migration(migrations.Migration):

    dependencies = [
        ("register", "0006_progress_steps"),
        ("units", "0001_initial"),
    ]

    operations = [
        *(
            migrations.AddField(model, name, field)
            for model in ("procedure", "procedureatunit")
            for name, field in [
                *dated(),
                ("procedure_code", models.CharField(default="", max_length=40, verbose_name="procedure code")),
                ("digest", models.CharField(default="", editable=False, max_length=32)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="last changed at")),
            ]
        ),
        migrations.AddField("procedureatunit", "code", models.CharField(default="", max_length=64, verbose_name="code")),
        migrations.AddField("procedure", "promulgated_by", models.CharField(blank=True, default="", max_length=300, verbose_name="promulgated by")),
        migrations.AddField("procedure", "executed_by", models.CharField(blank=True, default="", max_length=300, verbose_name="executed by")),
        migrations.AddField("procedure", "result", models.CharField(blank=True, choices=[("document", "a document"), ("none", "no document")], default="", max_length=10, verbose_name="result")),
        migrations.AddField("procedure", "unit", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="catalogue", to="units.unit", verbose_name="kept by")),
    ]
