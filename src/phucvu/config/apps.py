"""Applications of Django with our configuration."""

from django.contrib.admin.apps import AdminConfig

__all__ = ["AdministrationConfig"]


class AdministrationConfig(AdminConfig):
    """Configuration of the administration site, which asks the policy."""

    default_site = "phucvu.accounts.administration.Site"
