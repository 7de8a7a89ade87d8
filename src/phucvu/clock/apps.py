from django.apps import AppConfig


class ClockConfig(AppConfig):
    name = "phucvu.clock"
    label = "clock"
