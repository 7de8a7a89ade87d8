from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CountersConfig(AppConfig):
    name = "phucvu.counters"
    label = "counters"
    verbose_name = _("Counters")

    def ready(self) -> None:
        from phucvu.register.signals import figures_stated

        figures_stated.connect(_announce_stated, dispatch_uid="counters.announce")


def _announce_stated(sender: object, unit_ids: Iterable[int], **more: Any) -> None:
    """The register lies below this room and cannot call it, so it sends a signal."""
    from phucvu.counters.changes import announce

    announce(unit_ids)
