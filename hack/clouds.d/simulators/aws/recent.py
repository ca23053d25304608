"""Eventual consistency: what was just made is not shown for a while."""
import xml.etree.ElementTree as xml

from . import answers
from .kinds import BY_CREATE, BY_DESCRIBE


class Recent:
    def __init__(self, settings):
        self.settings, self.hidden = settings, {}  # id -> (kind, Wait)

    def made(self, action, body):
        wait, kind = self.settings.consistency(), BY_CREATE.get(action)
        if kind and not wait.over:
            root = xml.fromstring(body)
            if identifier := answers.find(root, kind.element):
                self.hidden[identifier] = (kind, wait)

    def asked(self, action, parameters):
        """Raises NotFound for what is asked for by id and not shown yet. -> ids to leave out of the answer."""
        described = BY_DESCRIBE.get(action)
        named = set(parameters.values()) & set(self.hidden)
        unseen = set()
        for identifier, (kind, wait) in list(self.hidden.items()):
            if kind is described or (identifier in named and self.settings.consistencyOfWrites):
                if wait.look():
                    del self.hidden[identifier]
                elif identifier in named and not self.is_filter(identifier, parameters):
                    raise kind.not_found(identifier)
                else:
                    unseen.add(identifier)
        return unseen

    @staticmethod
    def is_filter(identifier, parameters):
        return any(value == identifier and name.startswith("Filter.") for name, value in parameters.items())
