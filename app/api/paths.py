# SPDX-License-Identifier: EUPL-1.2
"""Parameters in a path, kept apart from operations: those begin with an underscore."""

from starlette.convertors import StringConvertor, register_url_convertor

NAAM = "naam"


class Naam(StringConvertor):
    """A parameter that is no operation, as in `/aanbieders/{agb:naam}` beside `_vergelijk`."""

    regex = "[^_/][^/]*"


register_url_convertor(NAAM, Naam())
