"""Forms at the desk: an error stands at its field, and at the top with a link to it."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from phucvu.accounts.policy import Role
from tests.conftest import ROOT
from tests.desk.conftest import account

pytestmark = [pytest.mark.django_db, pytest.mark.database]

DESK = "/ban-lam-viec/"
ASK = f"{DESK}quyen-cua-toi/xin/"
KEY = f"{DESK}khoa/moi/"
GOOD = {
    ASK: {"don-vi": "H29.01 Phường Một", "vai-tro": "officer", "ly-do": "nhập hồ sơ"},
    KEY: {"don-vi": "H29.01", "ten": "Hệ thống <b>", "muc-dich": "send", "den": "2099-12-31"},
}
# Pages whose requests are still read by hand; none may be added.
BY_HAND = {"columns.py", "figures.py", "grants.py", "keys.py", "reorganising.py", "requests.py",
           "uploads.py", "watching.py"}  # fmt: skip


@pytest.fixture
def keeper(wards: SimpleNamespace) -> Client:
    """The IT centre, which makes keys."""
    client = Client()
    client.force_login(account("trungtam", Role.IT_CENTRE))
    return client


def test_no_more_requests_are_read_by_hand() -> None:
    by_hand = {
        path.name
        for path in Path(ROOT / "src/phucvu/web").rglob("*.py")
        if re.search(r"request\.POST(\.|\[)|given = request\.POST|request\.FILES", path.read_text())
    }
    assert by_hand == BY_HAND


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        (ASK, {"don-vi": ""}), (ASK, {"don-vi": "KHONG CÓ"}), (ASK, {"vai-tro": "vua"}),
        (ASK, {"ly-do": " "}), (ASK, {"ly-do": "x" * 301}),
        (KEY, {"don-vi": "KHONG"}), (KEY, {"ten": " "}), (KEY, {"ten": "x" * 101}),
        (KEY, {"muc-dich": "all"}), (KEY, {"den": "31/12"}),
    ],
)  # fmt: skip
def test_an_error_stands_at_its_field(keeper: Client, address: str, wrong: dict[str, str]) -> None:
    (name,) = wrong
    answer = keeper.post(address, GOOD[address] | wrong)
    page = answer.text

    assert answer.status_code == 422
    assert f'href="#{name}"' in page  # in the list at the top
    field = re.search(rf'<(input|select)[^>]*name="{name}"[^>]*>', page)
    assert field is not None
    for told in ('aria-invalid="true"', f"{name}_error", "autofocus", f'id="{name}"'):
        assert told in field[0], (told, field[0])
    assert f'id="{name}_error"' in page
    assert page.count('aria-invalid="true"') == page.count("autofocus") == 1
    for kept, value in GOOD[address].items():
        assert kept == name or f'value="{value.replace("<b>", "&lt;b&gt;")}"' in page


@pytest.mark.parametrize("address", [ASK, KEY])
def test_every_field_has_its_label_and_nothing_is_wrong_at_first(
    keeper: Client, address: str
) -> None:
    page = keeper.get(address).text
    for name in GOOD[address]:
        assert f'<label for="{name}">' in page
    assert "aria-invalid" not in page
    assert "autofocus" not in page


def test_what_an_action_refuses_stands_at_the_top(keeper: Client, wards: SimpleNamespace) -> None:
    over = keeper.post(KEY, GOOD[KEY] | {"den": "2020-01-01"})
    assert over.status_code == 422
    assert re.search(r'role="alert".*?Khóa', over.text, re.DOTALL)
    assert keeper.post(ASK, GOOD[ASK]).status_code == 302
    again = keeper.post(ASK, GOOD[ASK])
    assert again.status_code == 422
    assert 'role="alert"' in again.text
