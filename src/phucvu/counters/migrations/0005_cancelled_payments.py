"""A dossier whose payments were all cancelled is judged by its own message again.

Until now it had nothing to pay. What was counted of it is forgotten, to be counted anew: which
measures an office's own editions make of it nobody knows here.
"""

from django.db import migrations
from django.db.models import Count, Q


def forget(apps, schema_editor):
    payments = apps.get_model("register", "Payment").objects.order_by().values("dossier_code")
    standing = payments.annotate(standing=Count("pk", filter=Q(cancelled_at=None)))
    cancelled = standing.filter(standing=0).values("dossier_code")
    dossiers = apps.get_model("register", "Dossier").objects
    if dossiers.filter(settlement="free", code__in=cancelled).update(settlement=""):
        apps.get_model("counters", "CountedMeasure").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('counters', '0004_changes_of_stated'),
        ('register', '0009_payments'),
    ]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
