noinst_LTLIBRARIES += %D%/libpage.la
%C%_libpage_la_SOURCES = %D%/dump.c %D%/expr.c %D%/files.c %D%/fonts.c %D%/lay-figure.c \
	%D%/lay-shape.c %D%/lay-symbol.c %D%/lay-text.c %D%/lay.c %D%/symbol.c %D%/symbol.h %D%/symbol-hri.c %D%/overlap.c %D%/page-inside.h %D%/page.c \
	%D%/page.h %D%/template-check.c %D%/template-sheet.c %D%/template-strings.c %D%/template.c %D%/text-clean.c \
	%D%/values.c %D%/words-cut.c %D%/words-hyphen.c %D%/words-layout.c %D%/words-settle.c \
	%D%/words-thread.c %D%/words-wrap.c %D%/words.c %D%/words.h
%C%_libpage_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(XSLT_CFLAGS) $(PANGO_CFLAGS)
%C%_libpage_la_LIBADD = plugin/lang/liblang.la $(XSLT_LIBS) $(XML_LIBS) $(PANGO_LIBS) $(ZINT_LIBS) $(HYPHEN_LIBS) -lm

dist_pkgdata_DATA = %D%/fonts.conf
dist_man_MANS += templates/tuck-template.5

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-page tests/unit/test-page-text
TESTS += tests/unit/test-page tests/unit/test-page-text
page_test_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS) $(PANGO_CFLAGS) \
	-DTEST_DATA='"$(abs_top_srcdir)/templates"' \
	-DFONTS_CONF='"$(abs_top_srcdir)/%D%/fonts.conf"'
page_test_ldadd = %D%/libpage.la plugin/mint/libmint.la plugin/base/libbase.la $(PANGO_LIBS) $(XML_LIBS) \
	$(CMOCKA_LIBS)
tests_unit_test_page_SOURCES = tests/unit/test-page.c tests/unit/page-bench.h
tests_unit_test_page_CPPFLAGS = $(page_test_cppflags)
tests_unit_test_page_LDADD = $(page_test_ldadd)
tests_unit_test_page_text_SOURCES = tests/unit/test-page-text.c tests/unit/page-bench.h
tests_unit_test_page_text_CPPFLAGS = $(page_test_cppflags)
tests_unit_test_page_text_LDADD = $(page_test_ldadd)
endif

CLEANFILES += templates/template.rng.inc
$(plugin_page_libpage_la_OBJECTS): templates/template.rng.inc
