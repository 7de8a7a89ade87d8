# The change log moves to an app of its own, `changes`, with its rows.

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('counters', '0005_cancelled_payments'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable('change', 'changes_change')],
            state_operations=[migrations.DeleteModel('change')],
        ),
    ]
