from ..server import main
from .simulator import GoogleCloud

main(GoogleCloud)
