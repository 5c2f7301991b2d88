# The client half goes into tuck.so and knows no cairo; the worker half is tuck-press.
noinst_LTLIBRARIES += %D%/libpress.la %D%/libworker.la
press_wire = %D%/wire.c %D%/wire-body.c %D%/wire.h %D%/plot-wire.c %D%/plot-wire.h %D%/pdf-read.c %D%/pdf-read.h \
	%D%/job.c %D%/job.h %D%/dot-grid.h %D%/pclm.h %D%/pwg.h \
	%D%/zpl-field.c %D%/zpl-graphic.c %D%/zpl-graphic.h %D%/zpl-inside.h \
	%D%/zpl-paint.c %D%/zpl-read.c %D%/zpl-read.h \
	%D%/zpl-symbols.c %D%/zpl-symbols.h
%C%_libpress_la_SOURCES = $(press_wire) \
	%D%/pool.c %D%/pool.h \
	%D%/press.c %D%/press.h %D%/errand.h \
	%D%/plot.c %D%/plot.h %D%/plot-check.c %D%/plot-check.h \
	%D%/sheet-check.c %D%/sheet-check.h %D%/checks.h %D%/check-scan.h \
	%D%/check-epl.c %D%/check-pclm.c %D%/check-pwg.c %D%/check-tspl.c \
	%D%/spawn.c %D%/spawn.h

%C%_libworker_la_SOURCES = $(press_wire) \
	%D%/art.c %D%/art.h \
	%D%/blocks.c %D%/blocks.h \
	%D%/confine.c %D%/confine.h \
	%D%/contact-sheet.c \
	%D%/draw.c %D%/draw.h \
	%D%/draw-symbol.c %D%/draw-symbol.h %D%/draw-layer.c %D%/draw-text.c \
	%D%/dots.c %D%/dots.h %D%/dots-device.c %D%/dots-inside.h %D%/dots-item.c %D%/dots-symbol.c %D%/dots-tone.c %D%/sheet-dots.c \
	%D%/epl-write.c \
	%D%/image.c %D%/image.h \
	%D%/label-write.h \
	%D%/pdf-form.c %D%/pdf-form.h \
	%D%/pdf-write.c %D%/pdf-write.h \
	%D%/pixels.c %D%/pixels.h \
	%D%/plate.c %D%/plate.h \
	%D%/plot-draw.c %D%/plot-draw.h %D%/plot-marks.c %D%/plot-marks.h \
	%D%/plot-scale.c %D%/plot-scale.h %D%/plot-type.c %D%/plot-type.h \
	%D%/png-write.c %D%/proof.c %D%/proof.h \
	%D%/pwg-write.c %D%/pwg-write.h \
	%D%/sheet-label.c %D%/sheet-pclm.c %D%/sheet-pdf.c %D%/sheet-png.c \
	%D%/sheet-pwg.c %D%/sheet-zpl.c %D%/sheets.h \
	%D%/shelf.c %D%/shelf.h \
	%D%/studio.c %D%/studio.h \
	%D%/trade.c %D%/trade.h \
	%D%/symbols.c %D%/symbols.h \
	%D%/tspl-write.c \
	%D%/worker.c %D%/worker.h \
	%D%/zpl-code.c %D%/zpl-code.h %D%/zpl-cut.c %D%/zpl-cut.h \
	%D%/zpl-native.c %D%/zpl-native.h %D%/zpl-write.c %D%/zpl-write.h
%C%_libworker_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(PANGO_CFLAGS) $(CAIRO_CFLAGS) \
	$(RSVG_CFLAGS) $(JPEG_CFLAGS) $(ZLIB_CFLAGS) $(SECCOMP_CFLAGS)
%C%_libworker_la_LIBADD = $(PANGO_LIBS) $(CAIRO_LIBS) $(RSVG_LIBS) $(JPEG_LIBS) \
	$(ZLIB_LIBS) $(SECCOMP_LIBS) -lm
%C%_libpress_la_CPPFLAGS = $(AM_CPPFLAGS) $(ZLIB_CFLAGS)
%C%_libpress_la_LIBADD = $(ZLIB_LIBS) -lm

pkglibexec_PROGRAMS += tuck-press
tuck_press_SOURCES = %D%/tuck-press.c
tuck_press_LDADD = %D%/libworker.la plugin/page/libpage.la plugin/mint/libmint.la \
	plugin/base/libbase.la

if HAVE_CMOCKA
# The same worker with pages made by hand, so that the press is tested alone.
check_PROGRAMS += tests/unit/press-stub
tests_unit_press_stub_SOURCES = %D%/tuck-press.c tests/unit/stub-pages.c
tests_unit_press_stub_CPPFLAGS = $(%C%_libworker_la_CPPFLAGS)
tests_unit_press_stub_LDADD = %D%/libworker.la plugin/base/libbase.la

check_PROGRAMS += tests/unit/test-press tests/unit/test-zpl tests/fault/test-press-faults
TESTS += tests/unit/test-press tests/unit/test-zpl tests/fault/test-press-faults
tests_unit_test_press_SOURCES = tests/unit/test-press.c
tests_unit_test_press_CPPFLAGS = $(%C%_libworker_la_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-DSTUB_PATH='"$(abs_top_builddir)/tests/unit/press-stub"' \
	-DWORKER_PATH='"$(abs_top_builddir)/tuck-press"' \
	-DFONTS_CONF='"$(abs_top_srcdir)/plugin/page/fonts.conf"' \
	-DTEMPLATE_DIR='"$(abs_top_srcdir)/templates"' \
	-DPICTURE_DIR='"$(abs_top_srcdir)/tests/unit/data"'
tests_unit_test_press_LDADD = %D%/libpress.la %D%/libworker.la plugin/base/libbase.la \
	$(CMOCKA_LIBS)
tests_unit_test_zpl_SOURCES = tests/unit/test-zpl.c tests/unit/zpl-pictures.c \
	tests/unit/zpl-pictures.h
tests_unit_test_zpl_CPPFLAGS = $(%C%_libworker_la_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-I$(top_srcdir)/tests/unit
tests_unit_test_zpl_LDADD = %D%/libpress.la %D%/libworker.la plugin/base/libbase.la $(ZINT_LIBS) \
	$(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test-label-out
TESTS += tests/unit/test-label-out
tests_unit_test_label_out_SOURCES = tests/unit/test-label-out.c tests/unit/zpl-pictures.c \
	tests/unit/zpl-pictures.h
tests_unit_test_label_out_CPPFLAGS = $(tests_unit_test_zpl_CPPFLAGS)
tests_unit_test_label_out_LDADD = $(tests_unit_test_zpl_LDADD)
check_PROGRAMS += tests/unit/test-dots
TESTS += tests/unit/test-dots
tests_unit_test_dots_SOURCES = tests/unit/test-dots.c
tests_unit_test_dots_CPPFLAGS = $(tests_unit_test_press_CPPFLAGS)
tests_unit_test_dots_LDADD = %D%/libpress.la plugin/base/libbase.la $(CAIRO_LIBS) \
	$(CMOCKA_LIBS) -lm
check_PROGRAMS += tests/unit/test-plot
TESTS += tests/unit/test-plot
tests_unit_test_plot_SOURCES = tests/unit/test-plot.c
tests_unit_test_plot_CPPFLAGS = $(tests_unit_test_press_CPPFLAGS)
tests_unit_test_plot_LDADD = %D%/libpress.la %D%/libworker.la plugin/base/libbase.la \
	$(XML_LIBS) $(CMOCKA_LIBS) -lm
# What a printer makes of rasters is asked of libcups.
if HAVE_CUPS
check_PROGRAMS += tests/unit/test-raster-out
TESTS += tests/unit/test-raster-out
tests_unit_test_raster_out_SOURCES = tests/unit/test-raster-out.c
tests_unit_test_raster_out_CPPFLAGS = $(tests_unit_test_press_CPPFLAGS) $(CUPS_CFLAGS)
tests_unit_test_raster_out_LDADD = %D%/libpress.la %D%/libworker.la plugin/base/libbase.la \
	$(CAIRO_LIBS) $(CUPS_LIBS) $(CMOCKA_LIBS)
endif
tests_fault_test_press_faults_SOURCES = tests/fault/test-press-faults.c
tests_fault_test_press_faults_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-DSTUB_PATH='"$(abs_top_builddir)/tests/unit/press-stub"'
tests_fault_test_press_faults_LDADD = %D%/libpress.la plugin/base/libbase.la \
	$(CMOCKA_LIBS) -lpthread
endif
