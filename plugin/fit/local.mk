# Models learnt from the ledger: pure computing.
noinst_LTLIBRARIES += %D%/libfit.la
%C%_libfit_la_SOURCES = \
	%D%/bgnbd.c %D%/bgnbd.h %D%/bgnbd-expect.c \
	%D%/buyer.c %D%/buyer.h \
	%D%/model.c %D%/model.h %D%/model-dump.c %D%/model-read.c %D%/model-inside.h \
	%D%/rfm.c %D%/rfm.h \
	%D%/search.c %D%/search.h \
	%D%/spend.c %D%/spend.h \
	%D%/next.c %D%/next.h %D%/next-inside.h %D%/next-look-inside.h \
	%D%/next-alike.c %D%/next-bytes.c %D%/next-check.c %D%/next-count.c \
	%D%/next-gather.c %D%/next-look.c %D%/next-train.c %D%/next-words.c
%C%_libfit_la_LIBADD = -lm

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-fit tests/unit/test-model tests/unit/test-next
TESTS += tests/unit/test-fit tests/unit/test-model tests/unit/test-next
tests_unit_test_fit_SOURCES = tests/unit/test-fit.c
tests_unit_test_fit_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_fit_LDADD = %D%/libfit.la plugin/base/libbase.la $(CMOCKA_LIBS) -lm
tests_unit_test_model_SOURCES = tests/unit/test-model.c
tests_unit_test_model_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_model_LDADD = %D%/libfit.la plugin/base/libbase.la $(CMOCKA_LIBS) -lm
tests_unit_test_next_SOURCES = tests/unit/test-next.c
tests_unit_test_next_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_next_LDADD = %D%/libfit.la plugin/base/libbase.la $(CMOCKA_LIBS) -lm
endif
