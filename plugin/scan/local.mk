# The client half goes into tuck.so and knows no decoder; the worker half is tuck-scan.
noinst_LTLIBRARIES += %D%/libscan.la
scan_wire = %D%/scan.h %D%/scan-wire.c %D%/scan-wire.h %D%/readers.c %D%/readers.h
%C%_libscan_la_SOURCES = %D%/scan.c $(scan_wire)

pkglibexec_PROGRAMS += tuck-scan
scan_judge = $(scan_wire) %D%/compare.c %D%/compare.h %D%/decode.h \
	%D%/judge.c %D%/judge.h %D%/wear.c %D%/wear.h
scan_libs = -lm
if HAVE_ZBAR
scan_judge += %D%/decode-zbar.c
scan_libs += $(ZBAR_LIBS)
endif
if HAVE_DMTX
scan_judge += %D%/decode-dmtx.c
scan_libs += $(DMTX_LIBS)
endif
if HAVE_ZXING
scan_judge += %D%/decode-zxing.cpp
scan_libs += $(ZXING_LIBS)
endif
scan_cppflags = $(AM_CPPFLAGS) $(ZBAR_CFLAGS) $(DMTX_CFLAGS) $(SECCOMP_CFLAGS)
tuck_scan_SOURCES = %D%/tuck-scan.c $(scan_judge) \
	plugin/press/trade.c plugin/press/trade.h \
	plugin/press/confine.c plugin/press/confine.h \
	plugin/press/wire.c plugin/press/wire-body.c plugin/press/wire.h
tuck_scan_CPPFLAGS = $(scan_cppflags)
tuck_scan_CXXFLAGS = $(AM_CXXFLAGS) -std=c++17 -Wall -Wextra $(ZXING_CFLAGS)
tuck_scan_LDADD = plugin/base/libbase.la $(scan_libs) $(SECCOMP_LIBS)

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-scan
TESTS += tests/unit/test-scan
tests_unit_test_scan_SOURCES = tests/unit/test-scan.c %D%/compare.c %D%/wear.c
tests_unit_test_scan_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-DSCAN_PATH='"$(abs_top_builddir)/tuck-scan"'
tests_unit_test_scan_LDADD = %D%/libscan.la plugin/press/libpress.la \
	plugin/base/libbase.la $(ZINT_LIBS) $(CMOCKA_LIBS) -lm -lpthread
endif
