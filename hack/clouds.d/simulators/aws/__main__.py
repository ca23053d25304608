from ..server import main
from .simulator import AWS

main(AWS)
