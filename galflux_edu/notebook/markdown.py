"""Keep what a student writes in Markdown from acting on the pages that people open."""

import re
from collections.abc import Iterable

# What a page made of Markdown acts on: tags, letters spelt as entities, links that run something.
ACTIVE = r"<(?=[A-Za-z/!?])|&(?=#|\w+;)|(?:javascript|vbscript|data|file)(?=\\?:)"
# Nor can a page be made if a picture is not there; and shown a thousand times it is a thousand.
PICTURE = r"(?<=\]\()attachment(?=:(?P<picture>[\w.-]{1,100})[)\s])|attachment(?=\\?:)"
ACTIVE_MARKDOWN = re.compile(f"{ACTIVE}|{PICTURE}", re.IGNORECASE)
WORD_JOINER = "\u2060"  # it shows nothing and breaks no line


def sanitise_markdown(text: str, pictures: Iterable[str]) -> str:
    """Return `text` with what is active in it shown as text, on the pages that people open.

    Each of the `pictures` is shown where it comes first.
    """
    left = set(pictures)

    def defused(found: re.Match[str]) -> str:
        if found["picture"] in left:
            left.remove(found["picture"])
            return found[0]
        return found[0] + WORD_JOINER

    return ACTIVE_MARKDOWN.sub(defused, text)
