"""Stated figures become a kind of fact: known by code, booked on a unit, like the others."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("register", "0009_payments"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint("statedfigure", "stated_figure_once"),
        migrations.AddField("statedfigure", "code", models.CharField(default="", max_length=64, verbose_name="code")),
        migrations.AddField("statedfigure", "digest", models.CharField(default="", editable=False, max_length=32)),
        migrations.AddField("statedfigure", "changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="last changed at")),
        migrations.AlterField("statedfigure", "unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="stated_figures", to="units.unit", verbose_name="unit")),
        migrations.AddIndex("statedfigure", models.Index(fields=["unit", "period", "indicator", "as_of"], name="stated_figure_of_unit")),
    ]
