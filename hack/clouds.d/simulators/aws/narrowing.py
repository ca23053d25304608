"""Describes whose answers lose items: by tag, by what is not shown yet, by page."""
import re

from . import answers, model
from .kinds import BY_DESCRIBE

FILTER_NAME = re.compile(r"Filter\.(\d+)\.Name")


def narrowed(response, action, parameters, unseen, page):
    """`unseen`: ids to leave out; `page`: (size, or 0 for all, token). -> Response"""
    list_name, kind = model.result_list(action), BY_DESCRIBE.get(action)
    if not list_name:
        return response
    listing = answers.Listing(response.body, list_name)
    if kind and unseen:
        listing.keep(lambda item: answers.item_id(item, kind.element) not in unseen)
    for name, values in tag_filters(parameters):
        listing.keep(lambda item: answers.item_tags(item).get(name) in values)
    size, token = page
    if size or token:
        listing.page(size or 1000, token)
    return listing.response()


def tag_filters(parameters):
    """(tag, values) of filters by tag, which moto overlooks for some kinds. Those with * and ? are left to moto."""
    for name, value in parameters.items():
        if (found := FILTER_NAME.fullmatch(name)) and value.startswith("tag:"):
            start = f"Filter.{found[1]}.Value."
            values = [value for name, value in parameters.items() if name.startswith(start)]
            if not any(set(value) & set("*?") for value in values):
                yield value.removeprefix("tag:"), values
