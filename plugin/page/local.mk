noinst_LTLIBRARIES += %D%/libpage.la
%C%_libpage_la_SOURCES = %D%/dump.c %D%/expr.c %D%/files.c %D%/fonts.c %D%/lay-figure.c \
	%D%/lay-shape.c %D%/lay-symbol.c %D%/lay-text.c %D%/lay.c %D%/page-inside.h %D%/page.c \
	%D%/page.h %D%/template-check.c %D%/template-sheet.c %D%/template.c %D%/text-clean.c \
	%D%/values.c %D%/words-settle.c %D%/words.c %D%/words.h
%C%_libpage_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(XSLT_CFLAGS) $(PANGO_CFLAGS)
%C%_libpage_la_LIBADD = $(XSLT_LIBS) $(XML_LIBS) $(PANGO_LIBS) $(ZINT_LIBS) -lm

dist_pkgdata_DATA = %D%/fonts.conf
dist_man_MANS += templates/tuck-template.5

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-page
TESTS += tests/unit/test-page
tests_unit_test_page_SOURCES = tests/unit/test-page.c
tests_unit_test_page_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS) \
	$(PANGO_CFLAGS) -DTEST_DATA='"$(abs_top_srcdir)/tests/unit/data/page"' \
	-DFONTS_CONF='"$(abs_top_srcdir)/%D%/fonts.conf"'
tests_unit_test_page_LDADD = %D%/libpage.la plugin/base/libbase.la $(PANGO_LIBS) \
	$(XML_LIBS) $(CMOCKA_LIBS)
endif

CLEANFILES += templates/template.rng.inc
$(plugin_page_libpage_la_OBJECTS): templates/template.rng.inc
