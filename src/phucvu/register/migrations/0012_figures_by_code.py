"""A figure's code tells it from every other; the national report's stand among them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("register", "0011_figures_carried_over")]

    operations = [
        migrations.AlterField("statedfigure", "code", models.CharField(max_length=64, verbose_name="code")),
        migrations.AlterField("statedfigure", "digest", models.CharField(editable=False, max_length=32)),
        migrations.AlterField("statedfigure", "changed_at", models.DateTimeField(editable=False, verbose_name="last changed at")),
        migrations.AddConstraint("statedfigure", models.UniqueConstraint(fields=("code",), name="stated_figure_code_once")),
        migrations.DeleteModel("NationalReport"),
    ]
