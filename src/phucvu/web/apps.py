from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "phucvu.web"
    label = "web"
