from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "phucvu.accounts"
    label = "accounts"
