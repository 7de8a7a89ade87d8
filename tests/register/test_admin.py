"""Typing figures in, and looking dossiers up, in the administration site."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.urls import reverse

from phucvu.register.models import Dossier, NationalReport, Source, StatedFigure, Status
from phucvu.register.signals import figures_stated
from phucvu.register.walltime import to_wall
from phucvu.units.models import Kind, Unit

pytestmark = [pytest.mark.database, pytest.mark.django_db]
MOMENT = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def unit() -> Unit:
    return Unit.objects.create(code="VT.26506", name="Phường 1", kind=Kind.COMMUNE)


@pytest.fixture
def announced():
    heard: list[set[int]] = []

    def listen(sender, unit_ids, **_kwargs):
        heard.append(set(unit_ids))

    figures_stated.connect(listen)
    yield heard
    figures_stated.disconnect(listen)


def form(unit: Unit, **changes):
    return {
        "unit": unit.pk, "period": "2026-Q3", "indicator": "5.1", "numerator": "9",
        "denominator": "10", "ratio": "", "points": "", "as_of_0": "2026-10-01",
        "as_of_1": "08:30:00", "flags": "", "note": "", **changes,
    }  # fmt: skip


def test_a_figure_is_typed_in(admin_client, unit, announced):
    address = reverse("admin:register_statedfigure_add")
    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, form(unit)).status_code == 302
    figure = StatedFigure.objects.get()
    assert (figure.source, figure.numerator, figure.period) == (Source.TYPED, 9, "2026-Q3")
    assert announced == [{unit.pk}]


@pytest.mark.parametrize(
    "changes",
    [
        {"period": "Q3/2026"},
        {"indicator": "9.9"},
        {"numerator": "-1"},
        {"numerator": "", "denominator": ""},
    ],
)
def test_a_wrong_figure_is_not(admin_client, unit, announced, changes):
    answer = admin_client.post(reverse("admin:register_statedfigure_add"), form(unit, **changes))
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not StatedFigure.objects.exists()
    assert announced == []


def test_the_same_figure_twice_is_not(admin_client, unit):
    address = reverse("admin:register_statedfigure_add")
    admin_client.post(address, form(unit))
    assert admin_client.post(address, form(unit)).status_code == 200
    assert StatedFigure.objects.count() == 1


def test_a_change_and_a_deletion_are_announced(admin_client, unit, announced):
    other = Unit.objects.create(code="VT.26508", name="Phường Thắng Tam", kind=Kind.COMMUNE)
    admin_client.post(reverse("admin:register_statedfigure_add"), form(unit))
    pk = StatedFigure.objects.get().pk
    admin_client.post(reverse("admin:register_statedfigure_change", args=[pk]), form(other))
    admin_client.post(reverse("admin:register_statedfigure_delete", args=[pk]), {"post": "yes"})
    assert not StatedFigure.objects.exists()
    assert announced == [{unit.pk}, {unit.pk, other.pk}, {other.pk}]


def test_what_was_published_stays_as_it_was(admin_client, unit):
    figure = StatedFigure.objects.create(
        unit=unit, period="2026", indicator="5.1", numerator=1, denominator=2,
        source=Source.PUBLISHED, as_of=MOMENT,
    )  # fmt: skip
    address = reverse("admin:register_statedfigure_change", args=[figure.pk])
    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, form(unit)).status_code == 403
    delete = reverse("admin:register_statedfigure_delete", args=[figure.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    admin_client.post(
        reverse("admin:register_statedfigure_changelist"),
        {"action": "delete_selected", "_selected_action": [figure.pk], "post": "yes"},
    )
    assert StatedFigure.objects.get().numerator == 1


def test_the_national_report_is_typed_in(admin_client, unit, announced):
    data = {"unit": unit.pk, "period": "2026-08", "received": "412", "flags": "",
            "as_of_0": "2026-09-02", "as_of_1": "08:30:00"}  # fmt: skip
    admin_client.post(reverse("admin:register_nationalreport_add"), data)
    assert NationalReport.objects.get().received == 412
    assert announced == [{unit.pk}]


def test_dossiers_are_looked_up_not_changed(admin_client, unit):
    dossier = Dossier.objects.create(
        code="VT.26506-260803-00001", unit=unit, procedure_code="1.001193",
        status=Status.IN_PROCESS, received_at=to_wall(datetime(2026, 8, 3, 9, 15)),
        digest="0" * 32, changed_at=MOMENT,
    )  # fmt: skip
    listing = admin_client.get(reverse("admin:register_dossier_changelist"), {"q": "VT.26506-2608"})
    assert dossier.code in listing.content.decode()
    assert "09:15" in listing.content.decode()
    address = reverse("admin:register_dossier_change", args=[dossier.pk])
    page = admin_client.get(address)
    assert "09:15" in page.content.decode()
    assert admin_client.post(address, {}).status_code == 403
    assert admin_client.get(reverse("admin:register_dossier_add")).status_code == 403


@pytest.mark.parametrize("name", ["units_unit", "intake_batch", "intake_refusedrecord"])
def test_the_other_lists_open(admin_client, unit, name):
    assert admin_client.get(reverse(f"admin:{name}_changelist")).status_code == 200


@pytest.mark.parametrize("name", ["petition", "certifiedcopy", "lookup"])
def test_the_other_facts_are_only_read(admin_client, unit, name):
    model = apps.get_model("register", name)
    moment = "received_at" if name == "petition" else model._meta.get_fields()[3].name
    fact = model.objects.create(
        code="VT-000123", unit=unit, digest="0" * 32, changed_at=MOMENT,
        **{moment: to_wall(datetime(2026, 8, 3, 9, 15))},
    )  # fmt: skip
    listing = admin_client.get(reverse(f"admin:register_{name}_changelist"), {"q": "VT-"})
    assert fact.code in listing.content.decode()
    assert "09:15" in listing.content.decode()
    address = reverse(f"admin:register_{name}_change", args=[fact.pk])
    assert "09:15" in admin_client.get(address).content.decode()
    assert admin_client.post(address, {}).status_code == 403
    assert admin_client.get(reverse(f"admin:register_{name}_add")).status_code == 403
