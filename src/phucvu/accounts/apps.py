from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "phucvu.accounts"
    label = "accounts"
    verbose_name = _("Accounts and keys")

    def ready(self) -> None:
        from phucvu.accounts import noticing  # noqa: F401 - its receivers connect themselves
