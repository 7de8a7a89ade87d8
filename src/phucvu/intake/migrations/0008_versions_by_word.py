"""The store no longer looks up the batch of each version: the journal writes both together."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0007_sealed_personal'),
    ]

    operations = [
        migrations.AlterField(
            model_name='factversion',
            name='batch',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='intake.batch'),
        ),
    ]
