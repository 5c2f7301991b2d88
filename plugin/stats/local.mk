noinst_LTLIBRARIES += %D%/libstats.la
%C%_libstats_la_SOURCES = \
	%D%/compare.c %D%/compare-ratio.c %D%/compare.h \
	%D%/estimate.c %D%/estimate.h \
	%D%/moments.c %D%/moments.h \
	%D%/policy.c %D%/policy.h \
	%D%/power.c %D%/power.h \
	%D%/random.c %D%/random.h \
	%D%/sample-ratio.c %D%/sample-ratio.h \
	%D%/sequential.c %D%/sequential.h \
	%D%/several.c %D%/several.h \
	%D%/special.c %D%/special.h
%C%_libstats_la_LIBADD = -lm

if HAVE_CMOCKA
%C%_tests = tests/unit/test-stats tests/unit/test-compare tests/unit/test-sequential \
	tests/unit/test-policy tests/unit/test-hillstrom
check_PROGRAMS += $(%C%_tests)
TESTS += $(%C%_tests)
%C%_test_libs = %D%/libstats.la plugin/base/libbase.la $(CMOCKA_LIBS) -lm

tests_unit_test_stats_SOURCES = tests/unit/test-stats.c
tests_unit_test_stats_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_stats_LDADD = $(%C%_test_libs)

tests_unit_test_compare_SOURCES = tests/unit/test-compare.c
tests_unit_test_compare_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_compare_LDADD = $(%C%_test_libs)

tests_unit_test_sequential_SOURCES = tests/unit/test-sequential.c
tests_unit_test_sequential_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_sequential_LDADD = $(%C%_test_libs)

tests_unit_test_policy_SOURCES = tests/unit/test-policy.c
tests_unit_test_policy_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_policy_LDADD = $(%C%_test_libs)

tests_unit_test_hillstrom_SOURCES = tests/unit/test-hillstrom.c
tests_unit_test_hillstrom_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_hillstrom_LDADD = $(%C%_test_libs)
endif
