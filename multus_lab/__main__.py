"""`python -m multus_lab` is the command `multus-lab`."""

from multus_lab.cli import main

if __name__ == "__main__":
    main()
