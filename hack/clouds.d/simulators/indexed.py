"""Objects by id, which can be listed by kind without a look at all others: a cloud may hold hundreds of networks."""


class Indexed(dict):
    def __init__(self, kind_of):
        """`kind_of`: the kind of an object, from its id."""
        super().__init__()
        self.kind_of, self.kinds = kind_of, {}

    def of(self, kind):
        """-> {id: object}, oldest first"""
        return self.kinds.get(kind, {})

    def __setitem__(self, identifier, value):
        super().__setitem__(identifier, value)
        self.kinds.setdefault(self.kind_of(identifier), {})[identifier] = value

    def __delitem__(self, identifier):
        super().__delitem__(identifier)
        del self.kinds[self.kind_of(identifier)][identifier]

    def setdefault(self, identifier, value=None):
        if identifier not in self:
            self[identifier] = value
        return self[identifier]

    def pop(self, identifier, default=None):
        found = self.get(identifier, default)
        if identifier in self:
            del self[identifier]
        return found
