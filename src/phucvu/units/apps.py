from django.apps import AppConfig
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
