# Tests over the whole: the plugin as hosts load it, golden stories, the style of the house.
AM_TESTS_ENVIRONMENT = \
	TUCK_PLUGIN='$(abs_top_builddir)/.libs/tuck.so'; export TUCK_PLUGIN; \
	TUCK_PRESS='$(abs_top_builddir)/tuck-press'; export TUCK_PRESS; \
	TUCK_DATA='$(abs_top_builddir)/data'; export TUCK_DATA; \
	TUCK='$(abs_top_builddir)/samples/tuck-here'; export TUCK; \
	CC='$(CC)'; export CC; CXX='$(CXX)'; export CXX; PYTHON='$(PYTHON)'; export PYTHON; \
	XDG_CONFIG_HOME='$(abs_top_builddir)/config'; export XDG_CONFIG_HOME; \
	XML_CFLAGS='$(XML_CFLAGS)'; export XML_CFLAGS; \
	PANGO_CFLAGS='$(PANGO_CFLAGS)'; export PANGO_CFLAGS; \
	TUCK_SANITIZER='$(SANITIZER)'; export TUCK_SANITIZER; \
	TUCK_SHARED="$${TUCK_SHARED:-$(abs_top_srcdir)/../shared}"; export TUCK_SHARED; \
	LSAN_OPTIONS="suppressions=$(abs_top_srcdir)/tests/lsan.supp:print_suppressions=0"; export LSAN_OPTIONS; \
	abs_top_srcdir='$(abs_top_srcdir)'; export abs_top_srcdir;

check_PROGRAMS += tests/golden/story
tests_golden_story_SOURCES = %D%/golden/story.c
tests_golden_story_LDADD = -ldl

if HAVE_CMOCKA
check_PROGRAMS += tests/host/test-host tests/host/test-promises tests/host/test-history-http \
	tests/fault/test-host-faults
TESTS += tests/host/test-host tests/host/test-promises tests/host/test-history-http tests/fault/test-host-faults
tests_host_test_host_SOURCES = %D%/host/test-host.c
tests_host_test_host_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-DVERSION_EXPECTED='"$(PACKAGE_VERSION)"'
tests_host_test_host_LDADD = -ldl -lpthread $(CMOCKA_LIBS)
tests_host_test_promises_SOURCES = %D%/host/test-promises.c
tests_host_test_promises_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_host_test_promises_LDADD = -ldl -lpthread $(CMOCKA_LIBS)
tests_host_test_history_http_SOURCES = %D%/host/test-history-http.c
tests_host_test_history_http_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_host_test_history_http_LDADD = -ldl -lpthread $(CMOCKA_LIBS)
host_bench = %D%/host/host-bench.c %D%/host/host-bench.h
print_bench = $(host_bench) %D%/host/print-bench.c %D%/host/print-bench.h $(fake_printer)
check_PROGRAMS += tests/host/test-print tests/host/test-wave tests/fault/test-print-faults
TESTS += tests/host/test-print tests/host/test-wave tests/fault/test-print-faults
tests_host_test_wave_SOURCES = %D%/host/test-wave.c $(host_bench)
tests_host_test_wave_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_host_test_wave_LDADD = -ldl -lpthread $(CMOCKA_LIBS)
tests_host_test_print_SOURCES = %D%/host/test-print.c $(print_bench)
tests_host_test_print_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_host_test_print_LDADD = -ldl -lpthread $(CMOCKA_LIBS)
if HAVE_CUPS
check_PROGRAMS += tests/host/test-print-ipp
TESTS += tests/host/test-print-ipp
tests_host_test_print_ipp_SOURCES = %D%/host/test-print-ipp.c $(host_bench) \
	%D%/unit/fake-ipp.h %D%/unit/printer-bench.h
tests_host_test_print_ipp_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS) $(CUPS_CFLAGS)
tests_host_test_print_ipp_LDADD = -ldl -lpthread $(CMOCKA_LIBS) $(CUPS_LIBS)
endif
# Its disk and its clock stand before the library's, in the plugin, too.
tests_fault_test_print_faults_SOURCES = %D%/fault/test-print-faults.c $(print_bench)
tests_fault_test_print_faults_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_fault_test_print_faults_LDFLAGS = $(AM_LDFLAGS) -rdynamic
tests_fault_test_print_faults_LDADD = -ldl -lpthread $(CMOCKA_LIBS)
tests_fault_test_host_faults_SOURCES = %D%/fault/test-host-faults.c
tests_fault_test_host_faults_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_fault_test_host_faults_LDADD = -ldl -lpthread $(CMOCKA_LIBS)
# Its malloc stands before the library's, in what it loads, too; a sanitizer has its own.
if !SANITIZED
check_PROGRAMS += tests/fault/test-till-faults
TESTS += tests/fault/test-till-faults
tests_fault_test_till_faults_SOURCES = %D%/fault/test-till-faults.c
tests_fault_test_till_faults_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_fault_test_till_faults_LDFLAGS = $(AM_LDFLAGS) -rdynamic
tests_fault_test_till_faults_LDADD = -ldl $(CMOCKA_LIBS)
endif
endif

check_PROGRAMS += tests/press/zpl-samples
tests_press_zpl_samples_SOURCES = %D%/press/zpl-samples.c %D%/unit/zpl-pictures.c \
	%D%/unit/zpl-pictures.h
tests_press_zpl_samples_CPPFLAGS = $(plugin_press_libworker_la_CPPFLAGS)
tests_press_zpl_samples_LDADD = plugin/press/libworker.la plugin/base/libbase.la $(ZINT_LIBS)

check_PROGRAMS += tests/press/set-text
tests_press_set_text_SOURCES = %D%/press/set-text.c
tests_press_set_text_CPPFLAGS = $(plugin_press_libworker_la_CPPFLAGS)
tests_press_set_text_LDADD = $(tuck_press_LDADD)

EXTRA_DIST += %D%/lsan.supp %D%/browser/browser.py %D%/browser/check.py %D%/browser/gallery.py %D%/browser/report.py %D%/press/type.py %D%/press/type/columns.xml %D%/cli/walk.sh %D%/press/zpl-renderer.mjs %D%/unit/data %D%/golden/expected %D%/host/moody-histories.py
dist_check_SCRIPTS = %D%/cli/check.sh %D%/cli/preview.sh %D%/cli/scan.sh %D%/cli/watch.sh %D%/cli/cli.sh %D%/cli/completion.bash %D%/cli/hostile-names.sh \
	%D%/cli/limits.sh %D%/cli/man-examples.sh %D%/cli/places.sh %D%/cli/points.sh %D%/cli/printing.sh %D%/cli/promises.sh \
	%D%/cli/wave.sh %D%/cli/wave-fleet.sh %D%/cli/fit.sh %D%/browser/report.sh %D%/cli/hillstrom.sh %D%/cli/report.sh %D%/cli/simulate.sh %D%/cli/answers.sh %D%/cli/choices.sh %D%/cli/series.sh %D%/cli/next-product.sh %D%/cli/decisions.sh \
	%D%/golden/golden.sh %D%/host/sample-hosts.sh %D%/host/wave-postgres.sh \
	%D%/house/docs.sh %D%/house/exports.sh %D%/house/headers.sh \
	%D%/house/rooms.sh %D%/house/schemas.sh %D%/press/symbols.sh %D%/press/type.sh %D%/press/zpl-renderer.sh
TESTS += $(dist_check_SCRIPTS)

include tests/torture/local.mk
