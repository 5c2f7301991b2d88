noinst_LTLIBRARIES += %D%/libmint.la
%C%_libmint_la_SOURCES = \
	%D%/code.c %D%/code.h %D%/code-words.c %D%/keys.c %D%/keys.h %D%/keys-inside.h \
	%D%/gs1.c %D%/gs1.h %D%/gs1-coupon.c %D%/gs1-inside.h %D%/gs1-piece.c \
	%D%/link.c %D%/link.h %D%/link-digital.c
%C%_libmint_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(SODIUM_CFLAGS)
%C%_libmint_la_LIBADD =
EXTRA_DIST += %D%/keys.rnc %D%/keys.rng
CLEANFILES += %D%/keys.rng.inc
$(plugin_mint_libmint_la_OBJECTS): %D%/keys.rng.inc

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-gs1 tests/unit/test-gs1-vectors tests/unit/test-link
TESTS += tests/unit/test-gs1 tests/unit/test-gs1-vectors tests/unit/test-link
tests_unit_test_gs1_SOURCES = tests/unit/test-gs1.c
tests_unit_test_gs1_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_gs1_LDADD = %D%/libmint.la plugin/base/libbase.la $(CMOCKA_LIBS)
tests_unit_test_gs1_vectors_SOURCES = tests/unit/test-gs1-vectors.c
tests_unit_test_gs1_vectors_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_gs1_vectors_LDADD = %D%/libmint.la plugin/fetch/libfetch.la plugin/base/libbase.la $(CURL_LIBS) $(CMOCKA_LIBS)
tests_unit_test_link_SOURCES = tests/unit/test-link.c
tests_unit_test_link_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_link_LDADD = %D%/libmint.la plugin/fetch/libfetch.la \
	plugin/base/libbase.la $(CMOCKA_LIBS)
endif

check_PROGRAMS += tests/fuzz/fuzz-gs1
TESTS += tests/fuzz/fuzz-gs1
tests_fuzz_fuzz_gs1_SOURCES = tests/fuzz/fuzz-gs1.c
tests_fuzz_fuzz_gs1_LDADD = %D%/libmint.la plugin/fetch/libfetch.la \
	plugin/base/libbase.la

TESTS += tests/cli/gs1.sh
EXTRA_DIST += tests/cli/gs1.sh

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-code tests/unit/test-keys
TESTS += tests/unit/test-code tests/unit/test-keys
tests_unit_test_code_SOURCES = tests/unit/test-code.c tests/unit/mint-bench.h
tests_unit_test_code_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-DCHECKERS='"$(abs_top_srcdir)/samples/checkers"'
tests_unit_test_code_LDADD = %D%/libmint.la plugin/base/libbase.la $(CMOCKA_LIBS)
tests_unit_test_keys_SOURCES = tests/unit/test-keys.c tests/unit/mint-bench.h
tests_unit_test_keys_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_keys_LDADD = %D%/libmint.la plugin/base/libbase.la $(CMOCKA_LIBS) -lpthread
endif

TESTS += tests/cli/checkers.sh
EXTRA_DIST += tests/cli/checkers.sh samples/checkers
dist_man_MANS += %D%/tuck-code.5

check_PROGRAMS += tests/fuzz/fuzz-code
TESTS += tests/fuzz/fuzz-code
tests_fuzz_fuzz_code_SOURCES = tests/fuzz/fuzz-code.c
tests_fuzz_fuzz_code_LDADD = %D%/libmint.la plugin/base/libbase.la
