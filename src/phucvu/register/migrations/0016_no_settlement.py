from django.db import migrations


class Migration(migrations.Migration):

    # Another than the one that writes rows: PostgreSQL changes no table with changes pending.
    dependencies = [("register", "0015_payments_by_state")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE register_dossier DROP COLUMN settlement",
            "ALTER TABLE register_dossier ADD COLUMN settlement varchar(8) DEFAULT '' NOT NULL",
            [migrations.RemoveField("dossier", "settlement")],
        ),
    ]
