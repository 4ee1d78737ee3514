"""What is proved for any number of runs, on the evidence page and as files."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from core.evidence.proofs import proof_panel
from nodes.evidence import proved
from nodes.proofs.statements import STATEMENTS, files_of

pytestmark = pytest.mark.django_db


def test_every_statement_is_proved_of_the_model_as_it_is_now() -> None:
    panel = proof_panel()

    assert [row.file.name for row in panel.rows] == [each.name for each in STATEMENTS]
    first = panel.rows[0]
    assert first.title == "P1 no wrong key at rest, solution 11"
    assert (first.needs, first.command) == ("without repairs", "z3 P1-11.smt2")
    assert first.checked.endswith("labs, are steps of the model")
    assert [each.name for each in first.variants] == [
        "P1-11-security-mode-given-up",
        "P1-11-active-when-res-verified",
    ]


def test_proofs_of_another_model_are_not_passed_off(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    other = replace(proved.shipped(), model=0)
    monkeypatch.setattr(proved, "shipped", lambda: other)

    assert proof_panel().rows == ()
    assert "are of another model" in client.get(reverse("evidence")).text


def test_a_proof_that_was_not_tied_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = proved.shipped()
    other = replace(shipped, proofs=tuple(replace(each, tie=None) for each in shipped.proofs))
    monkeypatch.setattr(proved, "shipped", lambda: other)

    assert proof_panel().rows[0].checked == "not held against the nodes"


def test_the_page_has_each_proof_with_its_assumptions_and_files(client: Client) -> None:
    page = client.get(reverse("evidence")).text

    for statement in STATEMENTS:
        assert all(each in page for each in statement.assumptions)
        for name in files_of(statement):
            assert f'href="{reverse("evidence-proof", args=[name.removesuffix(".smt2")])}" download' in page


def test_the_file_to_keep_names_the_command_that_writes_them(client: Client) -> None:
    page = client.get(reverse("evidence-file")).text

    assert "manage.py prove --out DIR" in page
    assert "evidence/proofs/" not in page


def test_a_file_is_what_was_solved(client: Client) -> None:
    answer = client.get(reverse("evidence-proof", args=["P4-12-ue-names-another"]))

    assert answer.text == files_of(STATEMENTS[5])["P4-12-ue-names-another.smt2"]
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="P4-12-ue-names-another.smt2"'


def test_there_is_no_other_file(client: Client) -> None:
    assert client.get(reverse("evidence-proof", args=["P9-12"])).status_code == 404
