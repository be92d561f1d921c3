"""The rubrics: refused where they don't add up, complete in their interpretations, and schemas derived from them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from helpers import ROOT
from qa_excel.doors.generated import write_schemas
from qa_excel.form.schema import schema_name
from qa_excel.rubric.building import load_rubric, load_rubrics
from qa_excel.rubric.files import RubricError, make_ready, read_rubric, ready_path, rubric_path, shipped_rubric
from qa_excel.rubric.model import RuleChange
from qa_excel.thai.text import Text

SCHEMAS = ROOT / "schemas"
Lines = list[str]


def line_of(lines: Lines, pattern: str, nth: int = 0) -> int:
    """The index of the nth line that matches."""
    return [at for at, line in enumerate(lines) if re.search(pattern, line)][nth]


def replaced(pattern: str, new: str, nth: int = 0) -> Callable[[Lines], int]:
    """A change of one line; it gives the number of the line changed."""

    def change(lines: Lines) -> int:
        at = line_of(lines, pattern, nth)
        lines[at] = re.sub(pattern, new, lines[at], count=1)
        return at + 1

    return change


def in_indicator(indicator: str, pattern: str, new: str, nth: int = 0) -> Callable[[Lines], int]:
    """The same, in the part of the file that describes one indicator."""

    def change(lines: Lines) -> int:
        start = line_of(lines, rf"id: {indicator}$")
        at = start + line_of(lines[start:], pattern, nth)
        lines[at] = re.sub(pattern, new, lines[at], count=1)
        return at + 1

    return change


FAULTS = {
    "the area's points": ("onesqa-r4", replaced(r"^    max: 20$", "    max: 19"), "add up"),
    "the rubric's points": ("onesqa-r4", replaced(r"^max: 100$", "max: 99"), "add up"),
    "the indicator's points": ("onesqa-r4", in_indicator("IND5", r"max: 5$", "max: 6"), "add up"),
    "duplicate area": ("onesqa-r4", replaced(r"^  - id: 2$", "  - id: 1"), "duplicate id 1"),
    "duplicate indicator": ("onesqa-r4", replaced(r"id: IND7$", "id: IND6"), "duplicate id IND6"),
    "duplicate criterion": ("onesqa-r4", in_indicator("IND8", r'- id: "2"', '- id: "1"'), "duplicate id 1"),
    "duplicate item": ("onesqa-r4", in_indicator("IND11", r'id: "1\.5"', 'id: "1.4"'), "duplicate id 1.4"),
    "duplicate condition": ("onesqa-r4", in_indicator("IND7", r"id: D2", "id: D1"), "duplicate id D1"),
    "duplicate grade": ("onesqa-r4", replaced(r"id: M6", "id: M3"), "duplicate id M3"),
    "duplicate interpretation": ("onesqa-r4", replaced(r"- id: I-3$", "- id: I-2"), "duplicate id I-2"),
    "duplicate trace": ("iqa-2565", replaced(r"id: 1\.2\.2,", "id: 1.2.1,"), "duplicate id 1.2.1"),
    "duplicate process": ("iqa-2565", replaced(r'^  - id: "1\.2"', '  - id: "1.1"'), "duplicate id 1.1"),
    "unknown kind": ("onesqa-r4", in_indicator("IND1", r"kind: ratio", "kind: rating"), "rating"),
    "unknown kind of item": (
        "onesqa-r4",
        in_indicator("IND11", r'"1\.2", kind: yesno', '"1.2", kind: rating'),
        "rating",
    ),
    "unknown interpretation": ("onesqa-r4", in_indicator("IND1", r"\[I-6\]", "[I-99]"), "I-99"),
    "unknown interpretation of a condition": ("onesqa-r4", in_indicator("IND1", r"\[I-4\]", "[I-98]"), "I-98"),
    "unknown grade": ("onesqa-r4", in_indicator("IND3", r"M3: 2", "M4: 2"), "M4"),
    "unknown indicator of a rule": ("onesqa-r4", replaced(r"\[IND2, IND5\]", "[IND2, IND50]"), "IND50"),
    "a rule of a version to come": ("onesqa-r4", replaced(r'- version: "1\.2"', '- version: "1.10"'), "newer than"),
    "unknown key": ("onesqa-r4", in_indicator("IND1", r"en: people}", "en: people, fr: gens}"), "fr"),
    "points below nothing": ("onesqa-r4", in_indicator("IND1", r"max: 2$", "max: -2"), "-2"),
    "text where a number belongs": ("onesqa-r4", in_indicator("IND1", r"max: 2$", "max: two"), "two"),
    "no YAML": ("onesqa-r4", in_indicator("IND1", r"kind: ratio", "kind: [ratio"), ""),
}


@pytest.mark.parametrize(("rubric", "change", "says"), FAULTS.values(), ids=FAULTS)
def test_a_rubric_that_is_wrong_is_refused_with_its_line(rubric, change, says, tmp_path):
    lines = rubric_path(rubric).read_text(encoding="utf-8").splitlines()
    number = change(lines)
    path = tmp_path / "altered.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(RubricError) as refused:
        read_rubric(path)
    # What is not closed on its line is noticed on the next.
    named = {number, number + 1} if says == "" else {number}
    file, line, reason = str(refused.value).split(":", 2)
    assert file == "altered.yaml"
    assert int(line) in named, refused.value
    assert says in reason


@pytest.mark.parametrize("text", ["", "[]", "just words", "id: x", "\tid: x", "areas: 5", "a: &a [*a]"])
def test_what_is_no_rubric_at_all_is_refused(text, tmp_path):
    path = tmp_path / "none.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RubricError, match=r"none\.yaml:\d+: "):
        read_rubric(path)


@pytest.mark.parametrize("bad", [b"\xff", b"\xe0\xb8", b"\x00", b"\x07"])
def test_what_is_no_text_is_refused_with_its_line(bad, tmp_path):
    path = tmp_path / "none.yaml"
    path.write_bytes(b"id: x\nname: " + bad + b"\nmax: 1\n")
    with pytest.raises(RubricError, match=r"none\.yaml:2: "):
        read_rubric(path)


def test_the_shipped_rubrics_are_not_refused():
    for rubric in load_rubrics():
        assert read_rubric(rubric_path(rubric.id))["id"] == rubric.id


# --- Interpretations ------------------------------------------------------------------------------------------


def test_every_interpretation_is_listed_once():
    listed = [reading.id for rubric in load_rubrics() for reading in rubric.interpretations]
    assert sorted(listed, key=lambda name: int(name[2:])) == [f"I-{n}" for n in range(1, 18)]


@pytest.mark.parametrize(
    ("name", "question", "reading"),
    [
        ("I-3", "(P6, M3 or M6 alone, P6 + M3, all three …)", "5 × the ratio pooled over the grades taught"),
        ("I-6", "a share", "every one of a group without naming a share (IND7 2, IND12 1.2)"),
        ("I-6", "sample", "where it asks for interviews (9.2, 10.5, 12.2), yes or no"),
        ("I-16", "do deductions count", "a deduction of an indicator that a point names is a shortfall"),
        (
            "I-17",
            "totals of 0",
            "IND4 2.2 earns its point (nobody is below the standard); everywhere else 0 earns nothing",
        ),
    ],
)
def test_a_reading_says_what_the_rule_does(name, question, reading):
    read = next(i for i in load_rubric("onesqa-r4").interpretations if i.id == name)
    assert question in read.question.en and reading in read.reading.en


# These hold for the whole of a rubric, not for one rule of it.
OF_THE_WHOLE = {"I-14", "I-16"}


def interpretations_named() -> dict[str, set[str]]:
    """Interpretation → the rules that name it."""
    named: dict[str, set[str]] = {}
    for rubric in load_rubrics():
        rules = {item.id: item.interpretations for item in rubric.items}
        for indicator in rubric.indicators:
            for criterion in indicator.criteria:
                for rule in (criterion, *criterion.items):
                    rules[f"{indicator.id}.{rule.id}"] = rule.interpretations
            rules |= {f"{indicator.id}.{c.id}": c.interpretations for c in indicator.conditions}
        for rule, names in rules.items():
            for name in names:
                named.setdefault(name, set()).add(rule)
    return named


def test_every_interpretation_is_named_by_a_rule():
    assert {f"I-{n}" for n in range(1, 18)} - set(interpretations_named()) <= OF_THE_WHOLE


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("I-2", {"IND2.1", "IND5.2"}),
        ("I-3", {"IND3.1"}),
        ("I-5", {"IND5.2"}),
        ("I-7", {"IND10.2"}),
        ("I-9", {"IND9.1.4"}),
        ("I-10", {"IND19.1", "IND19.2"}),
        ("I-11", {"IND11.D1"}),
        ("I-12", {"IND10.D2"}),
        ("I-13", {"IND12.1.1", "IND12.1.2"}),
        ("I-15", {"1.5.2"}),
    ],
)
def test_an_interpretation_of_one_rule_is_named_there(name, rules):
    assert interpretations_named()[name] == rules


def test_whole_kinds_rest_on_their_interpretation():
    named = interpretations_named()
    for indicator in load_rubric("onesqa-r4").indicators:
        for criterion in indicator.criteria:
            rule = f"{indicator.id}.{criterion.id}"
            if criterion.kind == "checklist":
                assert rule in named["I-1"]
            if criterion.kind in ("ratio", "percent"):
                assert rule in named["I-6"]
            if criterion.kind in ("ratio", "tscore_by_grade"):
                assert rule in named["I-17"]
            for rule_of in (criterion, *criterion.items):
                if rule_of.kind == "at_least":
                    assert f"{indicator.id}.{rule_of.id}" in named["I-8"]
        for condition in indicator.conditions:
            assert f"{indicator.id}.{condition.id}" in named["I-4"]


# --- Rules ----------------------------------------------------------------------------------------------------


def test_rules_out_of_order_are_refused(tmp_path):
    lines = rubric_path("onesqa-r4").read_text(encoding="utf-8").splitlines()
    at = line_of(lines, '- version: "1.2"')
    path = tmp_path / "altered.yaml"
    path.write_text("\n".join([*lines[: at + 3], *lines[at : at + 3], *lines[at + 3 :]]), encoding="utf-8")
    with pytest.raises(RubricError, match=rf"altered.yaml:{at + 4}: 1.2 does not follow"):
        read_rubric(path)


def test_what_lies_between_two_versions():
    whole = load_rubric("onesqa-r4")
    rules = tuple(RuleChange(version, ("IND2",), Text(version, version)) for version in ("1.2", "1.9", "1.10"))
    rubric = replace(whole, version="1.11", rules=rules)
    cases = {
        ("1.1", "1.2"): "1.2",
        ("1.2", "1.1"): "1.2",
        ("1.0", "1.1"): "",
        ("1.2", "1.8"): "",
        ("1.2", "1.11"): "1.9 1.10",
        ("1.10", "1.9"): "1.10",
        ("1.3", "1.3"): "",
    }
    for versions, between in cases.items():
        assert " ".join(change.version for change in rubric.rule_changes(*versions)) == between, versions
    assert load_rubric("iqa-2565").rules == ()


# --- Schemas --------------------------------------------------------------------------------------------------


def test_committed_schemas_are_those_derived_from_the_rubrics(tmp_path):
    write_schemas(tmp_path)
    derived = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    of_workbooks = {schema_name(rubric, area) for rubric in load_rubrics() for area in rubric.workbooks}
    assert set(derived) == {"rubric.schema.json", *of_workbooks}
    for name, text in derived.items():
        assert (SCHEMAS / name).read_text(encoding="utf-8") == text, name


def test_committed_ready_rubrics_are_those_of_the_files():
    for rubric in load_rubrics():
        assert ready_path(rubric.id).read_text(encoding="utf-8") == make_ready(rubric.id), rubric.id


def test_a_rubric_that_was_edited_is_read_itself(tmp_path, monkeypatch):
    for path in (rubric_path("iqa-2565"), ready_path("iqa-2565")):
        shutil.copyfile(path, tmp_path / path.name)
    monkeypatch.setattr("qa_excel.rubric.files._FOLDER", tmp_path)
    edited = tmp_path / "iqa-2565.yaml"
    assert shipped_rubric("iqa-2565")["first_year"] == 2561
    edited.write_text(
        edited.read_text(encoding="utf-8").replace("first_year: 2561", "first_year: 2562"), encoding="utf-8"
    )
    assert shipped_rubric("iqa-2565")["first_year"] == 2562
    edited.write_bytes(b"no: rubric")
    with pytest.raises(RubricError):
        shipped_rubric("iqa-2565")


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.name)
def test_every_schema_is_a_schema(path):
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def test_no_schema_is_left_over():
    known = {schema_name(rubric, area) for rubric in load_rubrics() for area in rubric.workbooks}
    assert {path.name for path in SCHEMAS.glob("*.json")} == known | {"rubric.schema.json", "district.schema.json"}
