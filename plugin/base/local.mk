noinst_LTLIBRARIES += %D%/libbase.la
%C%_libbase_la_SOURCES = \
	%D%/arena.c %D%/arena.h %D%/attr.h \
	%D%/clock.c %D%/clock.h \
	%D%/day.c %D%/day.h \
	%D%/hash.c %D%/hash.h \
	%D%/length.c %D%/length.h \
	%D%/money.c %D%/money.h \
	%D%/note.c %D%/note.h %D%/note-list.h \
	%D%/process.c %D%/process.h \
	%D%/status.h \
	%D%/text.c %D%/text.h \
	%D%/xml.c %D%/xml.h %D%/xml-inside.h %D%/xml-explain.c %D%/xml-explain.h \
	%D%/xml-scan.c %D%/xml-scan.h %D%/xml-schema.c %D%/xml-stream.c \
	%D%/zone.c
%C%_libbase_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(SODIUM_CFLAGS)
%C%_libbase_la_LIBADD = $(XML_LIBS) $(SODIUM_LIBS) -lm -lpthread

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-base tests/unit/test-xml
TESTS += tests/unit/test-base tests/unit/test-xml
tests_unit_test_base_SOURCES = tests/unit/test-base.c
tests_unit_test_base_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS)
tests_unit_test_base_LDADD = %D%/libbase.la $(CMOCKA_LIBS)
tests_unit_test_xml_SOURCES = tests/unit/test-xml.c
tests_unit_test_xml_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS)
tests_unit_test_xml_LDADD = %D%/libbase.la $(CMOCKA_LIBS) $(XML_LIBS)
endif
