"""
One function for each business step: the only code that writes postings.

Read a template as a sentence: *debit* says where the value is now or whose claim shrank, *credit* says
where it came from or whose claim grew. See ``domain/ledger/account.py`` for the roles.
"""

from __future__ import annotations
