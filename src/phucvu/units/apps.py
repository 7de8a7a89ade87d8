from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.db.models import QuerySet
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    name = "phucvu.units"
    label = "units"
    verbose_name = _("Units")

    def ready(self) -> None:
        """Let every address have a code in it."""
        from phucvu.units.codes import CodeInPath, RawCodeInPath

        register_converter(CodeInPath, "code")
        register_converter(RawCodeInPath, "raw_code")

    def as_known_at(self, moment: datetime) -> Iterable[QuerySet[Any]]:
        """Give all there is of units: what is known of them today holds for every moment."""
        for model in self.get_models(include_auto_created=True):
            yield model._default_manager.order_by("pk")
