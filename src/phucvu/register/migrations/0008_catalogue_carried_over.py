"""What the catalogue of procedures held becomes facts that hold as far back as anybody asks."""

from django.db import migrations
from django.db.models import F


def carry_over(apps, schema_editor):
    """What stood holds as far back as anybody asks; whoever is the root of a unit keeps it."""
    Procedure = apps.get_model("register", "Procedure")
    ProcedureAtUnit = apps.get_model("register", "ProcedureAtUnit")
    Unit = apps.get_model("units", "Unit")
    parents = dict(Unit.objects.values_list("pk", "parent"))
    codes = dict(Unit.objects.values_list("pk", "code"))

    def root(unit):
        while parents.get(unit) is not None:
            unit = parents[unit]
        return unit

    applied = dict(ProcedureAtUnit.objects.order_by("-pk").values_list("procedure", "unit"))
    Procedure.objects.exclude(pk__in=applied).delete()  # nobody applied them
    Procedure.objects.update(procedure_code=F("code"))
    for procedure, unit in applied.items():
        Procedure.objects.filter(pk=procedure).update(unit=root(unit))
    names = dict(Procedure.objects.values_list("pk", "code"))
    part = []
    for row in ProcedureAtUnit.objects.order_by("pk").iterator(1000):
        row.procedure_code = names[row.procedure_id]
        row.code = f"{codes[row.unit_id]} {row.procedure_code}"
        part.append(row)
        if len(part) == 1000:
            ProcedureAtUnit.objects.bulk_update(part, ["code", "procedure_code"])
            part = []
    ProcedureAtUnit.objects.bulk_update(part, ["code", "procedure_code"])


class Migration(migrations.Migration):

    dependencies = [("register", "0007_catalogue_in_time")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=True)]
