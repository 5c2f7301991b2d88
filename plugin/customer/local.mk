noinst_LTLIBRARIES += %D%/libcustomer.la
%C%_libcustomer_la_SOURCES = %D%/facts.c %D%/facts.h %D%/fact-list.h
%C%_libcustomer_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS)
%C%_libcustomer_la_LIBADD = -lm

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-customer
TESTS += tests/unit/test-customer
tests_unit_test_customer_SOURCES = tests/unit/test-customer.c
tests_unit_test_customer_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS)
tests_unit_test_customer_LDADD = %D%/libcustomer.la plugin/order/liborder.la plugin/base/libbase.la $(CMOCKA_LIBS)
endif
