# The client half goes into tuck.so and knows no cairo; the worker half is tuck-press.
noinst_LTLIBRARIES += %D%/libpress.la %D%/libworker.la
%C%_libpress_la_SOURCES = %D%/press.c %D%/press.h %D%/job.h %D%/wire.c %D%/wire.h
%C%_libworker_la_SOURCES = %D%/worker.c %D%/worker.h %D%/wire.h
%C%_libworker_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(PANGO_CFLAGS) $(CAIRO_CFLAGS) \
	$(RSVG_CFLAGS) $(JPEG_CFLAGS) $(ZLIB_CFLAGS) $(SECCOMP_CFLAGS)
%C%_libworker_la_LIBADD = plugin/page/libpage.la $(CAIRO_LIBS) $(RSVG_LIBS) $(JPEG_LIBS) \
	$(ZLIB_LIBS) $(SECCOMP_LIBS) -lm

pkglibexec_PROGRAMS += tuck-press
tuck_press_SOURCES = %D%/tuck-press.c
tuck_press_LDADD = %D%/libworker.la plugin/page/libpage.la plugin/base/libbase.la
