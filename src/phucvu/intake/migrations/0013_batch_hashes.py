"""Batches are keyed from here on; those that are there are taken as they stand, and say so.

What is hashed is read as `phucvu.intake.integrity` reads it: a later form of that has to hash all
batches anew.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def hash_all(apps, _editor):
    if not apps.get_model("intake", "Batch").objects.exists():
        return
    from phucvu.intake.integrity.hashing import hash_afterwards

    hash_afterwards(timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0008_keyed_audit"),
        ("intake", "0012_stages_of_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="BatchHash",
            fields=[
                ("batch", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="hashed", serialize=False, to="intake.batch")),
                ("previous", models.CharField(max_length=80)),
                ("link", models.CharField(max_length=80)),
                ("content", models.CharField(max_length=80)),
                ("later_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "keyed hash of a batch",
                "verbose_name_plural": "keyed hashes of batches",
            },
        ),
        migrations.RunPython(hash_all, migrations.RunPython.noop),
    ]
