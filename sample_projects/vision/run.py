import sys

from inspector import Detector

if __name__ == "__main__":
    print(Detector(sys.argv[1]).look(sys.argv[2]))
