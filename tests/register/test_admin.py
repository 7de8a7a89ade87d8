"""Looking facts up in the administration site."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.urls import reverse
from tests.figures import stated

from phucvu.counters.recount import count_new_measures
from phucvu.register.models import Dossier, Status
from phucvu.register.walltime import to_wall
from phucvu.units.models import Kind, Unit

pytestmark = [pytest.mark.database, pytest.mark.django_db]
MOMENT = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def unit() -> Unit:
    return Unit.objects.create(code="VT.26506", name="Phường 1", kind=Kind.COMMUNE)


def test_figures_are_looked_up_not_typed_in(admin_client, unit):
    count_new_measures()
    figure = stated(unit, "2026-10-01", period="2026", indicator="5.1", numerator=1, denominator=2)
    listing = admin_client.get(reverse("admin:register_statedfigure_changelist"), {"q": "VT.26506"})
    assert "VT.26506 2026 5.1 20261001" in listing.content.decode()
    address = reverse("admin:register_statedfigure_change", args=[figure.pk])
    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, {}).status_code == 403
    assert admin_client.get(reverse("admin:register_statedfigure_add")).status_code == 403
    delete = reverse("admin:register_statedfigure_delete", args=[figure.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403


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


@pytest.mark.parametrize(
    "name", ["petition", "certifiedcopy", "lookup", "dossierrating", "announcedprocedure"]
)
def test_the_other_facts_are_only_read(admin_client, unit, name):
    model = apps.get_model("register", name)
    moments = {"certifiedcopy": "certified_at", "lookup": "looked_up_at", "petition": "received_at"}
    moments |= {"dossierrating": "rated_at", "announcedprocedure": "issued_at"}
    moment = moments[name]
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
