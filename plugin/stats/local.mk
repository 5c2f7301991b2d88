noinst_LTLIBRARIES += %D%/libstats.la
%C%_libstats_la_SOURCES = %D%/special.c %D%/special.h
%C%_libstats_la_LIBADD = -lm

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-stats
TESTS += tests/unit/test-stats
tests_unit_test_stats_SOURCES = tests/unit/test-stats.c
tests_unit_test_stats_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_stats_LDADD = %D%/libstats.la plugin/base/libbase.la $(CMOCKA_LIBS) -lm
endif
