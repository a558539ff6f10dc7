"""The command `python -m tests.hostile`."""

import sys

from tests.hostile.table import main

sys.exit(main())
