"""The package's words: no code twice, both languages everywhere, and every parameter's reason in Chinese."""

import re
from importlib import resources

from hinterland.study.model import package_table


def test_no_code_is_named_twice():
    words = package_table("words")
    assert not words.duplicated(["kind", "code"]).any(), words[words.duplicated(["kind", "code"])]


def test_every_word_is_there_in_both_languages():
    words = package_table("words")
    blank = words[(words["en"].str.strip() == "") | (words["zh"].str.strip() == "")]
    assert blank.empty, blank


def test_the_reason_of_every_parameter_reads_in_chinese():
    parameters, words = package_table("parameters"), package_table("words")
    known = set(words.loc[words["kind"] == "parameter_source", "code"])
    assert set(parameters["source"]) <= known, sorted(set(parameters["source"]) - known)


def test_the_parameters_that_the_template_shows_exist():
    template = (resources.files("hinterland.study") / "templates" / "study.toml").read_text(encoding="utf-8")
    shown = re.findall(r"^#? ?([a-z_]+\.[a-z_.]+) = ", template, flags=re.MULTILINE)
    assert shown
    assert set(shown) <= set(package_table("parameters")["parameter"])
