"""Models as SMT-LIB."""

from nodes.proofs.smtlib import script
from tests.proofs.small import CLOSE, LOSE, MAKE, MODEL, OPEN, SENT_BY_NUMBER

KNOWN = (OPEN, MAKE, LOSE, CLOSE)

FILE = """\
; A small model.
;
(set-logic UF)
(declare-sort KEY 0)
(declare-sort NUMBER 0)
(declare-fun number_of (KEY) NUMBER)
; made(x1): key x1 was made
(declare-fun made (KEY) Bool)
; sent(x1, x2): key x1 was sent with number x2
(declare-fun sent (KEY NUMBER) Bool)
; open(): keys may be made
(declare-fun open () Bool)
; before(x1, x2): x1 is before x2
(declare-fun before (NUMBER NUMBER) Bool)

(push 1)
(echo "initially")
(assert (not (exists ((x1 KEY)) (made x1))))
(assert (not (exists ((x1 KEY) (x2 NUMBER)) (sent x1 x2))))
(assert (not open))
(assert (not (and (forall ((x KEY) (n NUMBER)) (or (not (sent x n)) (= (number_of x) n))))))
(check-sat)
(pop 1)

(push 1)
(echo "send keeps a key is sent with its number")
(assert (forall ((x KEY) (n NUMBER)) (or (not (sent x n)) (= (number_of x) n)))) ; a key is sent with its number
; A key that was made is sent with its number.
(declare-const K KEY)
(declare-const N NUMBER)
(assert (and (made K) (= (number_of K) N)))
(define-fun sent.next ((x1 KEY) (x2 NUMBER)) Bool (or (sent x1 x2) (and (= x1 K) (= x2 N))))
(assert (not (forall ((x KEY) (n NUMBER)) (or (not (sent.next x n)) (= (number_of x) n)))))
(check-sat)
(pop 1)

(push 1)
(echo "the invariant implies P")
(assert (forall ((x KEY) (n NUMBER)) (or (not (sent x n)) (= (number_of x) n)))) ; a key is sent with its number
(assert (not (forall ((x KEY) (n NUMBER)) (or (not (sent x n)) (= (number_of x) n)))))
(check-sat)
(pop 1)
"""


def test_a_model_and_its_obligations_are_one_file() -> None:
    assert script(MODEL, "P", SENT_BY_NUMBER, ("A small model.", ""), known=KNOWN) == FILE


def test_every_action_has_to_keep_the_invariant_unless_it_is_known_to() -> None:
    text = script(MODEL, "P", SENT_BY_NUMBER, ())

    assert text.count("(check-sat)") == 2 + len(MODEL.actions)
    assert "(define-fun made.next ((x1 KEY)) Bool false)" in text
    assert "(assert true)" in text
