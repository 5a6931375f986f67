"""All that is Dagster: assets, checks, jobs, resources, and how they are run.

Thin around the rooms below; nothing here understands text or judges facts.
"""

import warnings

import dagster as dg

warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)
