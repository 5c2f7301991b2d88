noinst_LTLIBRARIES += %D%/liborder.la
%C%_liborder_la_SOURCES = \
	%D%/csv.c %D%/csv.h %D%/csv-purchase.c \
	%D%/history-merge.c %D%/history-read.c %D%/order-dump.c \
	%D%/order-inside.h %D%/order-read.c %D%/order-write.c %D%/order.h
%C%_liborder_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS)
%C%_liborder_la_LIBADD = 

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-order
TESTS += tests/unit/test-order
tests_unit_test_order_SOURCES = tests/unit/test-order.c
tests_unit_test_order_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS)
tests_unit_test_order_LDADD = %D%/liborder.la  plugin/base/libbase.la $(CMOCKA_LIBS)
endif

check_PROGRAMS += tests/fuzz/fuzz-order
TESTS += tests/fuzz/fuzz-order
tests_fuzz_fuzz_order_SOURCES = tests/fuzz/fuzz-order.c
tests_fuzz_fuzz_order_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS)
tests_fuzz_fuzz_order_LDADD = %D%/liborder.la plugin/base/libbase.la
EXTRA_DIST += tests/fuzz/corpus/order

EXTRA_DIST += %D%/common.rnc %D%/order.rnc %D%/order.rng %D%/history.rnc %D%/history.rng
CLEANFILES += %D%/order.rng.inc %D%/history.rng.inc
$(plugin_order_liborder_la_OBJECTS): %D%/order.rng.inc %D%/history.rng.inc
dist_man_MANS += %D%/tuck-order.5
