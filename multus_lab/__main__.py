"""`python -m multus_lab` is the command `multus-lab`."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # Ctrl-C before the command line hears it ends us in silence, not in the midst of imports.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from multus_lab.cli import main

if __name__ == "__main__":
    main()
