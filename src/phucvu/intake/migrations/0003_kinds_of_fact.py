from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_journal"), ("register", "0002_catalogue")]

    operations = [
        migrations.RenameModel("DossierVersion", "FactVersion"),
        migrations.AlterModelOptions(
            "factversion",
            {"verbose_name": "version of a fact", "verbose_name_plural": "versions of facts"},
        ),
        migrations.AlterField(
            "refusedrecord",
            "code",
            models.CharField(blank=True, max_length=64, verbose_name="code"),
        ),
        # What there is came in when only dossiers did.
        migrations.AddField(
            "batch",
            "kind",
            models.CharField(
                default="dossier",
                help_text="as scorecards name it",
                max_length=20,
                verbose_name="kind of fact",
            ),
        ),
        migrations.AddField(
            "batch",
            "request_id",
            models.CharField(blank=True, max_length=100, verbose_name="name of the request"),
        ),
        migrations.AddConstraint(
            "batch",
            models.UniqueConstraint(
                condition=~Q(request_id=""),
                fields=("key", "request_id"),
                name="batch_request_once",
            ),
        ),
        migrations.AddField(
            "batchcontent", "request_mark", models.CharField(blank=True, max_length=64)
        ),
        migrations.AddField("batchcontent", "answer", models.BinaryField(null=True)),
    ]
