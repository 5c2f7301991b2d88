noinst_LTLIBRARIES += %D%/liblang.la
%C%_liblang_la_SOURCES = %D%/display.c %D%/display.h %D%/lang.c %D%/lang.h \
	%D%/message.c %D%/message.h %D%/strings.c %D%/strings.h
%C%_liblang_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(ICU_CFLAGS)
%C%_liblang_la_LIBADD = $(ICU_LIBS) $(XML_LIBS)

EXTRA_DIST += %D%/strings.rnc %D%/strings.rng
CLEANFILES += %D%/strings.rng.inc
$(plugin_lang_liblang_la_OBJECTS): %D%/strings.rng.inc

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-lang
TESTS += tests/unit/test-lang
tests_unit_test_lang_SOURCES = tests/unit/test-lang.c
tests_unit_test_lang_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS)
tests_unit_test_lang_LDADD = %D%/liblang.la plugin/base/libbase.la $(XML_LIBS) $(CMOCKA_LIBS)
endif
