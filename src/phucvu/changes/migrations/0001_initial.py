# The table is made and renamed by the migrations of `counters`, where it was before.

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('counters', '0006_changes_have_a_room'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Change',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('moment', models.DateTimeField(auto_now_add=True, db_index=True)),
                        ('unit_ids', models.JSONField()),
                        ('stated', models.BooleanField(default=False)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('stated', True)), fields=['id'], name='change_of_stated')],
                    },
                ),
            ],
        ),
    ]
