from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "phucvu.register"
    label = "register"
