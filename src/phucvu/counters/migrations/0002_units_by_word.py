"""The store no longer looks up the unit of each count: counts follow from facts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('counters', '0001_initial'),
        ('units', '0004_no_permissions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='procedurecount',
            name='unit',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='units.unit'),
        ),
        migrations.AlterField(
            model_name='unitcount',
            name='unit',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='units.unit'),
        ),
    ]
