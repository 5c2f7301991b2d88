noinst_LTLIBRARIES += %D%/libcustomer.la
%C%_libcustomer_la_SOURCES = \
	%D%/facts.c %D%/facts.h %D%/fact-list.h %D%/facts-inside.h \
	%D%/facts-moment.c \
	%D%/facts-orders.c \
	%D%/facts-standing.c \
	%D%/facts-tastes.c
%C%_libcustomer_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS)
%C%_libcustomer_la_LIBADD = -lm

if HAVE_CMOCKA
customer_tests = tests/unit/test-facts tests/unit/test-facts-functions
check_PROGRAMS += $(customer_tests)
TESTS += $(customer_tests)
customer_test_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS)
customer_test_ldadd = %D%/libcustomer.la plugin/base/libbase.la $(CMOCKA_LIBS) -lm
tests_unit_test_facts_SOURCES = tests/unit/test-facts.c tests/unit/facts-bench.h
tests_unit_test_facts_CPPFLAGS = $(customer_test_cppflags)
tests_unit_test_facts_LDADD = $(customer_test_ldadd)
tests_unit_test_facts_functions_SOURCES = tests/unit/test-facts-functions.c tests/unit/facts-bench.h
tests_unit_test_facts_functions_CPPFLAGS = $(customer_test_cppflags)
tests_unit_test_facts_functions_LDADD = $(customer_test_ldadd)
endif
