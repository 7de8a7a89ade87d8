"""What the payments of a dossier come to is counted by their state, one column each.

Which states make it paid, or paid online, is said by each edition of the scorecard.
"""

from django.db import migrations, models

_DUE = "NOT exempt AND amount > 0"
_HELD = f"{_DUE} AND paid_at IS NOT NULL AND refunded_at IS NULL"
_STATES = {
    "payments_free": ("payments: nothing to pay", f"NOT ({_DUE})"),
    "payments_open": ("payments: not paid", f"{_DUE} AND paid_at IS NULL"),
    "payments_refunded": (
        "payments: paid back", f"{_DUE} AND paid_at IS NOT NULL AND refunded_at IS NOT NULL"
    ),
    "payments_national": (
        "payments: on the national portal", f"{_HELD} AND method = 'national'"
    ),
    "payments_gateway": (
        "payments: through another gateway", f"{_HELD} AND method = 'gateway'"
    ),
    "payments_cash": ("payments: in cash", f"{_HELD} AND method = 'cash'"),
    "payments_transfer": (
        "payments: by transfer", f"{_HELD} AND method NOT IN ('national', 'gateway', 'cash')"
    ),
}
_COUNTS = ", ".join(
    f"SUM(CASE WHEN cancelled_at IS NULL AND {condition} THEN 1 ELSE 0 END)"
    for _label, condition in _STATES.values()
)


def _column(name, label):
    # Added as SQL: SQLite would else write the whole table anew for each.
    return migrations.RunSQL(
        f"ALTER TABLE register_dossier ADD COLUMN {name} integer DEFAULT 0 NOT NULL",
        f"ALTER TABLE register_dossier DROP COLUMN {name}",
        [
            migrations.AddField(
                "dossier", name, models.IntegerField(label, default=0, db_default=0)
            )
        ],
    )


class Migration(migrations.Migration):

    # What counters 0005 mends stands in the column that 0016 takes away.
    dependencies = [
        ("register", "0014_facts_about_dossiers"),
        ("counters", "0005_cancelled_payments"),
    ]

    operations = [
        *(_column(name, label) for name, (label, _condition) in _STATES.items()),
        migrations.RunSQL(
            f"UPDATE register_dossier SET ({', '.join(_STATES)}) = (SELECT {_COUNTS}"
            " FROM register_payment AS fact WHERE fact.dossier_code = register_dossier.code"
            " AND fact.speaks) WHERE code IN"
            " (SELECT dossier_code FROM register_payment WHERE speaks AND dossier_code <> '')",
            migrations.RunSQL.noop,
        ),
    ]
