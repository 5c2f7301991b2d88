noinst_LTLIBRARIES += %D%/libledger.la
%C%_libledger_la_SOURCES = \
	%D%/ledger.c %D%/ledger.h \
	%D%/store.c %D%/store.h \
	%D%/store-decide.c \
	%D%/store-decision.c %D%/store-decision.h \
	%D%/store-dump.c \
	%D%/store-history.c \
	%D%/store-import.c \
	%D%/store-keep.c \
	%D%/store-recall.c \
	%D%/store-schema.c \
	%D%/store-sql.c \
	%D%/store-tally.c %D%/store-tally.h \
	%D%/store-turn.c
%C%_libledger_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(SQLITE_CFLAGS)
%C%_libledger_la_LIBADD = $(SQLITE_LIBS)

if HAVE_CMOCKA
ledger_tests = tests/unit/test-ledger
check_PROGRAMS += $(ledger_tests)
TESTS += $(ledger_tests)
ledger_test_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS) $(SQLITE_CFLAGS)
ledger_test_ldadd = %D%/libledger.la plugin/order/liborder.la plugin/base/libbase.la \
	$(SQLITE_LIBS) $(CMOCKA_LIBS) -lpthread
tests_unit_test_ledger_SOURCES = tests/unit/test-ledger.c tests/unit/ledger-bench.h
tests_unit_test_ledger_CPPFLAGS = $(ledger_test_cppflags)
tests_unit_test_ledger_LDADD = $(ledger_test_ldadd)
endif
