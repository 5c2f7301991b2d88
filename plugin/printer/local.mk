noinst_LTLIBRARIES += %D%/libprinter.la
%C%_libprinter_la_SOURCES = %D%/driver.h \
	%D%/drop.c \
	%D%/lookup.c \
	%D%/printer.c %D%/printer.h \
	%D%/printer-dir.c %D%/printer-exec.c %D%/printer-socket.c %D%/printer-zebra.c %D%/zebra.h \
	%D%/reasons.c %D%/reasons.h \
	%D%/spool.c %D%/spool.h %D%/spool-change.c %D%/spool-file.c %D%/spool-file.h \
	%D%/spool-inside.h %D%/spool-read.c %D%/spool-send.c %D%/spool-sender.c \
	%D%/spool-table.c %D%/spool-watch.c \
	%D%/tcp.c %D%/tcp.h
%C%_libprinter_la_CPPFLAGS = $(AM_CPPFLAGS)
%C%_libprinter_la_LIBADD =
if HAVE_CUPS
%C%_libprinter_la_SOURCES += \
	%D%/printer-ipp.c %D%/printer-ipp.h %D%/printer-ipp-job.c %D%/printer-ipp-link.c \
	%D%/printer-ipp-report.c %D%/printer-ipp-send.c
%C%_libprinter_la_CPPFLAGS += $(CUPS_CFLAGS)
%C%_libprinter_la_LIBADD += $(CUPS_LIBS)
else
%C%_libprinter_la_SOURCES += %D%/printer-ipp-none.c
endif

# A label printer on loopback, with all its faults: for tests of the whole and benches.
fake_printer = tests/printer/fake-printer.c tests/printer/fake-printer.h
check_PROGRAMS += tests/printer/fake-9100
tests_printer_fake_9100_SOURCES = tests/printer/fake-9100.c $(fake_printer)
tests_printer_fake_9100_LDADD = -lpthread

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-printer tests/unit/test-spool
TESTS += tests/unit/test-printer tests/unit/test-spool
tests_unit_test_printer_SOURCES = tests/unit/test-printer.c
tests_unit_test_printer_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS)
tests_unit_test_printer_LDADD = %D%/libprinter.la plugin/press/libpress.la \
	plugin/fetch/libfetch.la plugin/base/libbase.la $(CMOCKA_LIBS) -lpthread
tests_unit_test_spool_SOURCES = tests/unit/test-spool.c
tests_unit_test_spool_CPPFLAGS = $(tests_unit_test_printer_CPPFLAGS)
tests_unit_test_spool_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_wall_s
tests_unit_test_spool_LDADD = $(tests_unit_test_printer_LDADD)
check_PROGRAMS += tests/unit/test-printer-exec tests/unit/test-printer-socket
TESTS += tests/unit/test-printer-exec tests/unit/test-printer-socket
tests_unit_test_printer_exec_SOURCES = tests/unit/test-printer-exec.c
tests_unit_test_printer_exec_CPPFLAGS = $(tests_unit_test_printer_CPPFLAGS)
tests_unit_test_printer_exec_LDADD = $(tests_unit_test_printer_LDADD)
tests_unit_test_printer_socket_SOURCES = tests/unit/test-printer-socket.c $(fake_printer)
tests_unit_test_printer_socket_CPPFLAGS = $(tests_unit_test_printer_CPPFLAGS) \
	-I$(top_srcdir)/tests/printer
tests_unit_test_printer_socket_LDADD = $(tests_unit_test_printer_LDADD) -ldl
check_PROGRAMS += tests/fault/test-spool-crash
TESTS += tests/fault/test-spool-crash
tests_fault_test_spool_crash_SOURCES = tests/fault/test-spool-crash.c \
	tests/fault/spool-steps.c tests/fault/spool-steps.h $(fake_printer)
tests_fault_test_spool_crash_CPPFLAGS = $(tests_unit_test_printer_socket_CPPFLAGS)
tests_fault_test_spool_crash_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=pwrite,--wrap=write \
	-Wl,--wrap=send,--wrap=fdatasync,--wrap=fsync,--wrap=rename,--wrap=renameat \
	-Wl,--wrap=renameat2,--wrap=linkat
tests_fault_test_spool_crash_LDADD = $(tests_unit_test_printer_LDADD)
if HAVE_CUPS
check_PROGRAMS += tests/unit/test-printer-ipp tests/unit/test-printer-ipp-faults \
	tests/unit/test-printer-ipp-spool tests/unit/test-printer-lprint
TESTS += tests/printer/ippeveprinter.sh tests/printer/lprint.sh \
	tests/unit/test-printer-ipp-faults
tests_unit_test_printer_lprint_SOURCES = tests/unit/test-printer-lprint.c \
	tests/unit/printer-bench.h $(fake_printer)
tests_unit_test_printer_lprint_CPPFLAGS = $(tests_unit_test_printer_CPPFLAGS) $(CUPS_CFLAGS)
tests_unit_test_printer_lprint_LDADD = $(tests_unit_test_printer_LDADD) $(CUPS_LIBS)
tests_unit_test_printer_ipp_faults_SOURCES = tests/unit/test-printer-ipp-faults.c \
	tests/unit/fake-ipp.h tests/unit/printer-bench.h
tests_unit_test_printer_ipp_faults_CPPFLAGS = $(tests_unit_test_printer_CPPFLAGS) $(CUPS_CFLAGS)
tests_unit_test_printer_ipp_faults_LDADD = $(tests_unit_test_printer_LDADD) $(CUPS_LIBS)
tests_unit_test_printer_ipp_SOURCES = tests/unit/test-printer-ipp.c tests/unit/printer-bench.h
tests_unit_test_printer_ipp_CPPFLAGS = $(tests_unit_test_printer_CPPFLAGS)
tests_unit_test_printer_ipp_LDADD = $(tests_unit_test_printer_LDADD)
tests_unit_test_printer_ipp_spool_SOURCES = tests/unit/test-printer-ipp-spool.c \
	tests/unit/printer-bench.h
tests_unit_test_printer_ipp_spool_CPPFLAGS = $(tests_unit_test_printer_CPPFLAGS)
tests_unit_test_printer_ipp_spool_LDADD = $(tests_unit_test_printer_LDADD)
endif
endif

EXTRA_DIST += tests/printer/ippeveprinter.sh tests/printer/with-ippeveprinter \
	tests/printer/lprint.sh tests/printer/with-lprint
