"""A checkpoint is signed by a known key for this log, and has one spelling; every fault has its own sentence."""

from __future__ import annotations

import base64
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.audit.checkpoint import (
    Checkpoint,
    CheckpointRefused,
    LogKey,
    open_note,
    parse_key,
    parse_note,
    public_key,
    sign,
    split_notes,
)
from redact.audit.faults import AuditLogError
from tests.rigs.records import KEY, ORIGIN, SIGNER, STRANGER

HEAD = Checkpoint(ORIGIN, 12, bytes(range(32)))
NOTE = sign(HEAD, SIGNER)
ROOT = NOTE.split("\n")[2]
MARK = "\u2014 "


def test_it_opens_and_says_what_was_signed() -> None:
    assert open_note(NOTE, [KEY]) == HEAD
    assert NOTE.startswith(f"{ORIGIN}\n12\n{ROOT}\n\n{MARK}{ORIGIN} ")


def test_the_key_id_is_that_of_the_c2sp_example_key() -> None:
    # The example of Go's sumdb/note, from which C2SP signed-note was written: name, id, type and key.
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = parse_key(text)
    assert (key.name, key.key_id.hex(), key.text) == ("PeterNeumann", "c74f20a3", text)


def resigned(text: str) -> str:
    """Return any text as a note with a good signature over its part before the empty line."""
    signed = KEY.key_id + SIGNER.sign(text.encode())
    return f"{text}\n{MARK}{ORIGIN} {base64.b64encode(signed).decode()}\n"


FAULTS: dict[str, str] = {
    "does not end with a newline": NOTE[:-1],
    "Windows line ends": NOTE.replace("\n", "\r\n"),
    "fewer than five lines": NOTE[: NOTE.index(MARK)],
    "extension lines": resigned(f"{ORIGIN}\n12\n{ROOT}\nextension\n"),
    "more than 16 signatures": NOTE + NOTE[NOTE.index(MARK) :] * 16,
    "leading zeroes": resigned(f"{ORIGIN}\n012\n{ROOT}\n"),
    "size is out of range": resigned(f"{ORIGIN}\n9007199254740992\n{ROOT}\n"),
    "root hash is not base64": resigned(f"{ORIGIN}\n12\n{ROOT[:-2]}9=\n"),  # stray bits
    "root hash has 31 bytes": resigned(f"{ORIGIN}\n12\n{base64.b64encode(bytes(31)).decode()}\n"),
    "origin is not": resigned(f"two words\n12\n{ROOT}\n"),
    "begin with an em dash": NOTE.replace(MARK, "- "),
    "a name, a space and a signature": NOTE.replace(f"{MARK}{ORIGIN}", MARK + ORIGIN + " "),
    "signature is not base64": NOTE[:-2] + "!\n",
    "signature is too short": NOTE[: NOTE.index(MARK)] + f"{MARK}{ORIGIN} 7kcRCA==\n",
    "not by the key it names": NOTE.replace("\n12\n", "\n13\n"),
    "none of the known keys": sign(HEAD, STRANGER),
    "another log": sign(Checkpoint("other.example/log", 12, bytes(32)), SIGNER),
    "longer than": NOTE + "x" * 70_000,
}


@pytest.mark.parametrize("sentence", list(FAULTS))
def test_every_fault_has_its_own_sentence(sentence: str) -> None:
    with pytest.raises(CheckpointRefused, match=sentence) as refused:
        open_note(FAULTS[sentence], [KEY])
    assert sum(other in str(refused.value) for other in FAULTS) == 1


@pytest.mark.parametrize("size", ["", "-1", "+12", " 12", "1_2", "12.0", "\u0661", "00", "1e1", "0x1"])
def test_a_size_has_one_spelling(size: str) -> None:
    with pytest.raises(CheckpointRefused, match="leading zeroes"):
        open_note(resigned(f"{ORIGIN}\n{size}\n{ROOT}\n"), [KEY])


def test_the_empty_log_has_a_checkpoint() -> None:
    checkpoint = Checkpoint(ORIGIN, 0, bytes(32))
    assert open_note(sign(checkpoint, SIGNER), [KEY]) == checkpoint


def test_old_and_new_key_both_vouch_while_the_key_changes() -> None:
    new = public_key(ORIGIN, STRANGER)
    note = sign(HEAD, SIGNER, STRANGER)
    assert open_note(note, [KEY]) == open_note(note, [new]) == open_note(note, [KEY, new]) == HEAD


def test_a_false_signature_by_a_known_key_refuses_the_note() -> None:
    false = base64.b64encode(KEY.key_id + bytes(64)).decode()
    short = base64.b64encode(KEY.key_id + bytes(63)).decode()
    for line in (f"{MARK}{ORIGIN} {false}\n", f"{MARK}{ORIGIN} {short}\n"):
        for note in (NOTE + line, NOTE.replace(MARK, line + MARK)):
            with pytest.raises(CheckpointRefused, match="not by the key it names"):
                open_note(note, [KEY])


def test_strangers_signatures_are_ignored() -> None:
    cosigned = NOTE + f"{MARK}witness.example {base64.b64encode(bytes(100)).decode()}\n"
    assert open_note(cosigned, [KEY]) == HEAD
    same_id = LogKey("witness.example", KEY.public)
    with pytest.raises(CheckpointRefused, match="another log"):
        open_note(NOTE, [same_id])
    with pytest.raises(CheckpointRefused, match="another log"):
        open_note(NOTE, [])


def printed(note: str) -> str:
    checkpoint, signatures = parse_note(note)
    encoded = [(name, base64.b64encode(key_id + signature).decode()) for name, key_id, signature in signatures]
    return checkpoint.text + "\n" + "".join(f"{MARK}{name} {signature}\n" for name, signature in encoded)


@settings(max_examples=500)
@given(st.integers(0, len(NOTE)), st.integers(0, 3), st.text(max_size=3) | st.sampled_from(["\n", "\n\n", "0", MARK]))
def test_what_is_read_is_printed_the_same_and_only_the_signed_text_opens(at: int, cut: int, put: str) -> None:
    mutated = NOTE[:at] + put + NOTE[at + cut :]
    with suppress(CheckpointRefused):
        assert printed(mutated) == mutated
    try:
        assert open_note(mutated, [KEY]) == HEAD
    except CheckpointRefused:
        assert mutated != NOTE


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_noise_is_refused_with_our_error(noise: str) -> None:
    with pytest.raises(CheckpointRefused):
        open_note(noise, [KEY])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        KEY.text[:-1],
        KEY.text + "\n",
        KEY.text.replace("+ee", "+ff"),
        KEY.text.replace("+ee", "+EE"),
        KEY.text.replace("school", "schoo1"),
        "+" + KEY.text,
        f"a b+00000000+{base64.b64encode(bytes([1]) * 33).decode()}",
        f"x+00000000+{base64.b64encode(bytes([2]) * 33).decode()}",
        f"x+00000000+{base64.b64encode(bytes([1]) * 32).decode()}",
    ],
)
def test_a_key_that_was_not_copied_whole_is_refused(text: str) -> None:
    with pytest.raises(AuditLogError):
        parse_key(text)
    assert parse_key(KEY.text) == KEY


def test_values_that_have_no_spelling_cannot_be_made() -> None:
    for origin in ("", "a+b", "a b", "a\nb", "x" * 101, "\u00e9"):
        with pytest.raises(CheckpointRefused):
            Checkpoint(origin, 0, bytes(32))
    for size, root in ((-1, bytes(32)), (2**53, bytes(32)), (0, bytes(31))):
        with pytest.raises(CheckpointRefused):
            Checkpoint("a", size, root)
    for name, public in (("a b", bytes(32)), ("a", bytes(31))):
        with pytest.raises(AuditLogError):
            LogKey(name, public)
    with pytest.raises(AuditLogError):
        sign(HEAD)


def test_notes_in_one_file_are_told_apart() -> None:
    both = sign(HEAD, SIGNER, STRANGER)
    assert split_notes(NOTE + both + NOTE) == (NOTE, both, NOTE)
    assert split_notes("") == ()
    assert "".join(split_notes("x\n" + NOTE + "\n" + NOTE)) == "x\n" + NOTE + "\n" + NOTE
