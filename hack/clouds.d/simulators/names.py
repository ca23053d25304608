"""Small things that all three checks say in the same words."""
import difflib


def did_you_mean(name, known):
    nearest = difflib.get_close_matches(name, list(known), 1)
    return f" (did you mean {nearest[0]}?)" if nearest else ""
