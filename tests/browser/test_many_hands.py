"""Several clients act on one lab at once, over HTTP: nothing is lost, and nothing is done twice."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from random import Random
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from nodes import models
from nodes.labs import labs, services
from tests.support.labs import attached_lab, everything, loaded, replayed, setup_of

CLIENTS = 4
CLICKS = 20
ACTION = re.compile(r"""<button[^>]* form="drive" name="action" value='([^']*)'""")
SEEN = re.compile(r'name="seen" value="([^"]*)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]*)"')


class Hand:
    """A client that drives a lab and presses one enabled button after the other, as its dice say."""

    def __init__(self, base_url: str, new: labs.NewLab, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311 - which button is pressed is no secret.
        self.opener = build_opener(HTTPCookieProcessor())
        self.lab = f"{base_url}/labs/{new.lab.key}/"
        found = TOKEN.search(self.get("drive/"))
        assert found
        self.token = found[1]
        right = urlencode({"csrfmiddlewaretoken": self.token, "drive_key": new.drive_key}).encode()
        self.opener.open(Request(f"{self.lab}drive/", right)).close()

    def get(self, path: str) -> str:
        text: str = self.opener.open(self.lab + path).read().decode()
        return text

    def click(self) -> int:
        """Look at the lab, then press a button; the status of the answer."""
        page = self.get("fragments/")
        found = SEEN.search(page)
        assert found
        action = unescape(self.dice.choice(ACTION.findall(page)))
        body = urlencode({"csrfmiddlewaretoken": self.token, "seen": found[1], "action": action}).encode()
        try:
            status: int = self.opener.open(Request(f"{self.lab}act/", body, {"HX-Request": "true"})).status
        except HTTPError as refusal:
            status = refusal.code
            refusal.close()
        return status

    def click_on(self) -> list[int]:
        return [self.click() for _ in range(CLICKS)]


def test_random_actions_by_four_clients_at_once_lose_nothing(base_url: str) -> None:
    new = attached_lab(setup_of(ues=2, mmes=2))
    services.show(new.lab.key, ues=("ue-1", "ue-2"))
    services.set_pace(new.lab.key, None)
    before = labs.get_lab(new.lab.key).step
    hands = [Hand(base_url, new, seed) for seed in range(CLIENTS)]

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = Counter(status for statuses in pool.map(Hand.click_on, hands) for status in statuses)

    lab = labs.get_lab(new.lab.key)
    assert answers.total() == CLIENTS * CLICKS
    assert set(answers) == {204, 409}
    assert lab.step == models.Step.objects.filter(lab=lab).count() == before + answers[204]
    assert everything(replayed(lab)) == everything(loaded(lab))
