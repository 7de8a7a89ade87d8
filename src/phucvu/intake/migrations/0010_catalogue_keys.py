"""Keys that brought nothing but the catalogue are keys for it: those to send facts no longer do.

A key that brought both stays one to send facts; another has to be made for the catalogue.
"""

from django.db import migrations
from django.db.models import Exists, OuterRef

_CATALOGUE = ("procedure", "applied_procedure")


def keep_them_good(apps, schema_editor):
    batches = apps.get_model("intake", "Batch").objects.filter(key=OuterRef("pk"))
    keys = apps.get_model("accounts", "ApiKey").objects.filter(purpose="send")
    keys.filter(
        Exists(batches.filter(kind__in=_CATALOGUE)), ~Exists(batches.exclude(kind__in=_CATALOGUE))
    ).update(purpose="catalogue")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_catalogue_keys'),
        ('intake', '0009_figures_journalled'),
    ]

    operations = [migrations.RunPython(keep_them_good, migrations.RunPython.noop)]
