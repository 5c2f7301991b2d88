# The torture test: `make check` runs it shortly, `make torture` at length, and
# `make mutations` shows that it misses every guard that is taken away.
torture_sources = %D%/torture-worker.c %D%/torture-acts.c %D%/torture-scene.c \
	%D%/torture-till.c %D%/torture.h
torture_libs = plugin/mint/libmint.la plugin/order/liborder.la plugin/base/libbase.la \
	$(SQLITE_LIBS) -lpthread

check_PROGRAMS += tests/torture/torture-worker
tests_torture_torture_worker_SOURCES = $(torture_sources)
tests_torture_torture_worker_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS)
tests_torture_torture_worker_LDADD = plugin/ledger/libledger.la $(torture_libs)

# The room once more, with guards that can be taken away. The product never has it.
EXTRA_PROGRAMS += tests/torture/torture-mutant
EXTRA_LTLIBRARIES = tests/torture/libmutant.la
tests_torture_libmutant_la_SOURCES = $(plugin_ledger_libledger_la_SOURCES) %D%/guard.c
tests_torture_libmutant_la_CPPFLAGS = $(plugin_ledger_libledger_la_CPPFLAGS) -DTUCK_MUTATIONS
tests_torture_libmutant_la_LIBADD = $(plugin_ledger_libledger_la_LIBADD)
tests_torture_torture_mutant_SOURCES = $(torture_sources)
tests_torture_torture_mutant_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS)
tests_torture_torture_mutant_LDADD = tests/torture/libmutant.la $(torture_libs)
CLEANFILES += tests/torture/torture-mutant$(EXEEXT) tests/torture/libmutant.la

dist_check_SCRIPTS += %D%/torture-sqlite.sh %D%/torture-postgres.sh
TESTS += %D%/torture-sqlite.sh %D%/torture-postgres.sh
EXTRA_DIST += plugin/ledger/guard.h %D%/torture.py %D%/checker.py %D%/replay.py \
	%D%/store.py %D%/mutations.sh

.PHONY: torture mutations
torture: tests/torture/torture-worker$(EXEEXT)
	@$(AM_TESTS_ENVIRONMENT) for store in sqlite postgresql; do \
	    '$(PYTHON)' -B '$(srcdir)/%D%/torture.py' $$store \
	        --worker ./tests/torture/torture-worker$(EXEEXT) || test $$? -eq 77 || exit 1; \
	done
mutations: tests/torture/torture-mutant$(EXEEXT)
	@$(AM_TESTS_ENVIRONMENT) TUCK_MUTANT=./tests/torture/torture-mutant$(EXEEXT) \
	    sh '$(srcdir)/%D%/mutations.sh'
