from __future__ import annotations

import pycountry
import pytest

from adapters.due.countries import alpha_2


@pytest.mark.parametrize(("country", "code"), [("USA", "US"), ("DEU", "DE"), ("GBR", "GB")])
def test_countries_are_written_with_two_letters(country: str, code: str) -> None:
    assert alpha_2(country) == code


def test_every_country_has_two_letters() -> None:
    assert {len(alpha_2(country.alpha_3)) for country in pycountry.countries} == {2}


@pytest.mark.parametrize("country", ["US", "nowhere"])
def test_what_is_no_alpha_3_code_is_left_as_it_is(country: str) -> None:
    assert alpha_2(country) == country
