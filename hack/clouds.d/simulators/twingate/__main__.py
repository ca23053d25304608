from ..server import main
from .simulator import Twingate

main(Twingate)
