from django.apps import AppConfig


class CountersConfig(AppConfig):
    name = "phucvu.counters"
    label = "counters"
