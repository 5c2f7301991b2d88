noinst_LTLIBRARIES += %D%/libledger.la
%C%_libledger_la_SOURCES = %D%/ledger.c %D%/ledger.h
%C%_libledger_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(SQLITE_CFLAGS)
%C%_libledger_la_LIBADD = $(SQLITE_LIBS)

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-ledger
TESTS += tests/unit/test-ledger
tests_unit_test_ledger_SOURCES = tests/unit/test-ledger.c
tests_unit_test_ledger_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS)
tests_unit_test_ledger_LDADD = %D%/libledger.la plugin/order/liborder.la plugin/base/libbase.la $(CMOCKA_LIBS)
endif
