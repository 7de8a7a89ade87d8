from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "phucvu.intake"
    label = "intake"
