"""Addresses of the desk."""

from django.urls import path

from phucvu.web.desk import columns, home, signing, uploads

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("dang-nhap/", signing.sign_in, name="sign_in"),
    path("dang-xuat/", signing.sign_out, name="sign_out"),
    path("mau/<slug:kind>.xlsx", home.template, name="template"),
    path("tai-len/", uploads.bring, name="bring"),
    path("tai-len/<uuid:number>/", uploads.upload, name="upload"),
    path("tai-len/<uuid:number>/cot/", columns.columns, name="columns"),
    path("tai-len/<uuid:number>/xac-nhan/", uploads.confirm, name="confirm"),
    path("tai-len/<uuid:number>/bo/", uploads.drop, name="drop"),
    path("tai-len/<uuid:number>/khong-nhan/", uploads.refused, name="refused"),
]
