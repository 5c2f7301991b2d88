# Models learnt from the ledger: pure computing.
noinst_LTLIBRARIES += %D%/libfit.la
%C%_libfit_la_SOURCES = \
	%D%/next.c %D%/next.h %D%/next-inside.h %D%/next-look-inside.h \
	%D%/next-alike.c %D%/next-bytes.c %D%/next-check.c %D%/next-count.c \
	%D%/next-gather.c %D%/next-look.c %D%/next-train.c %D%/next-words.c
%C%_libfit_la_LIBADD = -lm

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-next
TESTS += tests/unit/test-next
tests_unit_test_next_SOURCES = tests/unit/test-next.c
tests_unit_test_next_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_next_LDADD = %D%/libfit.la plugin/base/libbase.la $(CMOCKA_LIBS) -lm
endif
