noinst_LTLIBRARIES += %D%/libprinter.la
%C%_libprinter_la_SOURCES = %D%/driver.h \
	%D%/drop.c \
	%D%/printer.c %D%/printer.h \
	%D%/printer-dir.c \
	%D%/spool.h
%C%_libprinter_la_CPPFLAGS = $(AM_CPPFLAGS) 
%C%_libprinter_la_LIBADD = 

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-printer
TESTS += tests/unit/test-printer
tests_unit_test_printer_SOURCES = tests/unit/test-printer.c
tests_unit_test_printer_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS)
tests_unit_test_printer_LDADD = %D%/libprinter.la plugin/base/libbase.la $(CMOCKA_LIBS) \
	-lpthread
endif
