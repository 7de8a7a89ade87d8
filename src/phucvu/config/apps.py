"""Django's own applications as they are used here."""

from django.contrib.admin.apps import AdminConfig

__all__ = ["AdministrationConfig"]


class AdministrationConfig(AdminConfig):
    """The administration site under the policy."""

    default_site = "phucvu.accounts.administration.Site"
