from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "phucvu.units"
    label = "units"
