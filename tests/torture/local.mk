EXTRA_DIST += plugin/ledger/guard.h
