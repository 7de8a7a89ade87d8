"""Addresses of the desk."""

from django.urls import path

from phucvu.web.desk import (
    access,
    auditing,
    batches,
    columns,
    dossiers,
    figures,
    grants,
    home,
    keys,
    personal,
    reorganising,
    requests,
    uploads,
)

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("mau/<slug:kind>.xlsx", home.template, name="template"),
    path("lo/", batches.batches, name="batches"),
    path("lo/<int:number>/", batches.batch, name="batch"),
    path("lo/<int:number>/thu-hoi/", batches.withdrawal, name="withdraw"),
    path("tai-len/", uploads.bring, name="bring"),
    path("tai-len/<uuid:number>/", uploads.upload, name="upload"),
    path("tai-len/<uuid:number>/cot/", columns.columns, name="columns"),
    path("tai-len/<uuid:number>/xac-nhan/", uploads.confirm, name="confirm"),
    path("tai-len/<uuid:number>/bo/", uploads.drop, name="drop"),
    path("tai-len/<uuid:number>/khong-nhan/", uploads.refused, name="refused"),
    path("ho-so/", dossiers.units, name="dossier_units"),
    path("ho-so/<str:code>/", dossiers.dossiers, name="dossiers"),
    path("ho-so/<str:code>/xuat.csv", dossiers.export, name="dossiers_export"),
    path("ho-so/<str:code>/su-kien/", dossiers.news, name="dossiers_news"),
    path("ho-so/<str:code>/so/<str:number>/", dossiers.dossier, name="dossier"),
    path("ho-so/<str:code>/so/<str:number>/ca-nhan/", personal.personal, name="personal"),
    path("so-lieu/", figures.state, name="figures"),
    path("viec/<str:code>/ban-do.geojson", dossiers.work_map, name="work_map"),
    path("quyen-cua-toi/", access.own, name="own_access"),
    path("quyen-cua-toi/xin/", access.ask, name="ask"),
    path("quyen-cua-toi/<int:number>/rut/", access.take_back, name="take_back"),
    path("yeu-cau/", requests.waiting, name="requests"),
    path("yeu-cau/<int:number>/", requests.settle, name="settle"),
    path("phan-quyen/", grants.listed, name="grants"),
    path("phan-quyen/<int:number>/ket-thuc/", grants.end, name="end_grant"),
    path("phan-quyen/ra-soat/", grants.review, name="review"),
    path("phan-quyen/nghi-viec/", grants.leave, name="leave"),
    path("khoa/", keys.listed, name="keys"),
    path("khoa/moi/", keys.make, name="make_key"),
    path("khoa/<int:number>/thay/", keys.replace, name="replace_key"),
    path("khoa/<int:number>/ket-thuc/", keys.end, name="end_key"),
    path("don-vi/", reorganising.reorganise, name="reorganise"),
    path("nhat-ky/", auditing.listed, name="audit"),
    path("nhat-ky/xuat.jsonl", auditing.export, name="audit_export"),
]
