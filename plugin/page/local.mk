noinst_LTLIBRARIES += %D%/libpage.la
%C%_libpage_la_SOURCES = %D%/page.c %D%/page.h
%C%_libpage_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(XSLT_CFLAGS) $(PANGO_CFLAGS)
%C%_libpage_la_LIBADD = $(XSLT_LIBS) $(PANGO_LIBS) $(ZINT_LIBS)

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-page
TESTS += tests/unit/test-page
tests_unit_test_page_SOURCES = tests/unit/test-page.c
tests_unit_test_page_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS)
tests_unit_test_page_LDADD = %D%/libpage.la  plugin/base/libbase.la $(CMOCKA_LIBS)
endif

CLEANFILES += templates/template.rng.inc
$(plugin_page_libpage_la_OBJECTS): templates/template.rng.inc
