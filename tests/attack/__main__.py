"""The command `python -m tests.attack`."""

import sys

from tests.attack.table import main

sys.exit(main())
