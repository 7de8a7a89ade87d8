from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    name = "phucvu.register"
    label = "register"
    verbose_name = _("Register")

    def as_known_at(self, moment: datetime) -> Iterable[QuerySet[Any]]:
        """Yield the calendar as it is today; facts come from the journal."""
        yield self.get_model("CalendarDay")._default_manager.order_by("pk")
