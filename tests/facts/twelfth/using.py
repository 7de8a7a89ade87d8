"""What is done with a kind that is only declared; run with the program it was added to."""

from __future__ import annotations

import json
from importlib import invalidate_caches
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from click.testing import CliRunner

django.setup()

from django.contrib import admin  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.utils import translation  # noqa: E402

from phucvu.api.routes import api  # noqa: E402
from phucvu.counters.recount import count_new_measures  # noqa: E402
from phucvu.facts import VOCABULARIES  # noqa: E402
from phucvu.intake.actions import receive  # noqa: E402
from phucvu.intake.commands import import_  # noqa: E402
from phucvu.intake.excel.columns import load_form  # noqa: E402
from phucvu.intake.excel.writing import template_bytes  # noqa: E402
from phucvu.intake.kinds import KINDS  # noqa: E402
from phucvu.intake.mapping import mapped_fields  # noqa: E402
from phucvu.intake.models import RefusedRecord  # noqa: E402
from phucvu.intake.synonyms import words_of  # noqa: E402
from phucvu.intake.withdraw import withdraw  # noqa: E402
from phucvu.measures import compile_expression  # noqa: E402
from phucvu.register.models import MODELS  # noqa: E402
from phucvu.units.models import Unit  # noqa: E402

call_command("makemigrations", "register", name="surveys", verbosity=0)
invalidate_caches()
call_command("migrate", verbosity=0)
count_new_measures()
Unit.objects.create(code="H29", name="Thành phố", kind="province")
kind, survey = KINDS["surveys"], MODELS["survey"]
assert issubclass(survey, Model)

good = {"code": "KS-1", "unit": "H29", "answered_at": "2026-03-02T08:05:00", "score": "16"}
bad = {**good, "code": "KS-2", "score": "19", "way": "Nguyễn Văn An", "remark": "Nguyễn Văn An"}
told = {**good, "code": "KS-3", "way": "phone", "score": 0}
translation.activate("en")
receipt = receive([good, bad, told], kind=kind)
(row,) = survey.objects.values("code", "score", "way", "again", "remark")
kept = RefusedRecord.objects.get(position=1)

description = api.get_openapi_schema()["paths"]["/api/v1/surveys"]["post"]
records = description["requestBody"]["content"]["application/json"]["schema"]
taken, _anything_else = records["items"]["anyOf"]
site = admin.site.get_model_admin(survey)
happy = compile_expression("score >= 14 and again", vocabulary=VOCABULARIES["survey"])

with TemporaryDirectory() as folder:
    template = Path(folder) / "t.xlsx"
    template.write_bytes(template_bytes(load_form("surveys")))
    brought = CliRunner().invoke(import_, [str(template)])
withdraw(receipt.batch, "tester", "a test")
print(
    json.dumps(
        {
            "outcomes": [receipt.accepted, receipt.refused],
            "row": row,
            "reasons": [
                problem.reason for answer in receipt.results for problem in answer.problems or ()
            ],
            "kept": kept.content,
            "columns": list(VOCABULARIES["survey"]),
            "required": taken["required"],
            "way": taken["properties"]["way"]["enum"],
            "administration": list(site.get_fields(RequestFactory().get("/"))),
            "mapping": [mapped_fields("surveys").dates, mapped_fields("surveys").required],
            "headings": words_of("surveys").headers["answered_at"],
            "measures": sorted(happy.columns),
            "template": brought.output,
            "left": survey.objects.count(),
        }
    )
)
