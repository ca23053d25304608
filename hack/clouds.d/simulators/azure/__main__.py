from ..server import main
from .simulator import Azure

main(Azure)
