from collections.abc import Collection
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CountersConfig(AppConfig):
    name = "phucvu.counters"
    label = "counters"
    verbose_name = _("Counters")

    def ready(self) -> None:
        # The register and the units lie below this room and cannot call it: they send signals.
        from phucvu.editions.signals import chosen
        from phucvu.register.signals import deadlines_moved
        from phucvu.units.signals import reorganised

        deadlines_moved.connect(_reckon_anew, dispatch_uid="counters.deadlines")
        reorganised.connect(_tell, dispatch_uid="counters.units")
        chosen.connect(_tell_all, dispatch_uid="counters.editions")


def _reckon_anew(
    sender: object,
    procedure_codes: Collection[str] | None,
    unit_ids: Collection[int] | None,
    **more: Any,
) -> None:
    from phucvu.counters.deadlines import reckon_anew
    from phucvu.counters.petition_deadlines import reckon_petitions

    reckon_anew(procedure_codes, unit_ids)
    if procedure_codes is None:  # it is the calendar that changed, not the catalogue
        reckon_petitions(unit_ids)


def _tell(sender: object, unit_ids: Collection[int], **more: Any) -> None:
    """Publish a change: what these units did is counted elsewhere from now on."""
    from phucvu.changes.publishing import publish

    publish(unit_ids)


def _tell_all(sender: object, **more: Any) -> None:
    """Tell open and kept pages of every unit: another edition may score it from now on."""
    from phucvu.changes.publishing import publish
    from phucvu.units.models import Unit

    publish(Unit.objects.order_by().values_list("pk", flat=True))
