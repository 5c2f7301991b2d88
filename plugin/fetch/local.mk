noinst_LTLIBRARIES += %D%/libfetch.la
%C%_libfetch_la_SOURCES = %D%/fetch.c %D%/fetch.h %D%/fetch-inside.h %D%/peer-key.c %D%/post.c
%C%_libfetch_la_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
%C%_libfetch_la_LIBADD = $(CURL_LIBS)

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-fetch
TESTS += tests/unit/test-fetch
tests_unit_test_fetch_SOURCES = tests/unit/test-fetch.c
tests_unit_test_fetch_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_fetch_LDADD = %D%/libfetch.la plugin/base/libbase.la $(CMOCKA_LIBS) -lpthread
endif

EXTRA_DIST += tests/fault/faulty-http.py
