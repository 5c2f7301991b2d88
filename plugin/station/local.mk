noinst_LTLIBRARIES += %D%/libstation.la
%C%_libstation_la_SOURCES = \
	%D%/assortment.c %D%/assortment.h \
	%D%/knowledge.c %D%/knowledge.h %D%/pick.c \
	%D%/bench.c %D%/bench.h \
	%D%/carton.c %D%/carton.h %D%/carton-decide.c %D%/carton-decide.h \
	%D%/carton-sheet.c %D%/carton-text.c \
	%D%/care.c %D%/check.c %D%/findings.c %D%/findings.h %D%/worst.c %D%/worst.h \
	%D%/fallback.c %D%/fallback.h \
	%D%/fit.c %D%/fit.h %D%/fit-text.c \
	%D%/found.c %D%/found.h %D%/given.c %D%/given.h \
	%D%/import.c %D%/key-ring.c %D%/load.c %D%/load-decision.c %D%/load-decision.h \
	%D%/ops.c %D%/output.c %D%/output.h %D%/owed.c \
	%D%/jobs.c %D%/printers.c \
	%D%/print.c %D%/print.h %D%/print-turn.c %D%/print-turn.h %D%/spooler.c \
	%D%/past.c %D%/past.h %D%/promises.c %D%/set-back.c %D%/set-back.h %D%/simulate.c %D%/simulate.h %D%/simulate-text.c %D%/simulate-weigh.c %D%/replay.c %D%/report.c %D%/report-wish.h %D%/reply.c %D%/reply.h %D%/reprint.c %D%/standing-text.c %D%/standing-text.h %D%/template-digest.c %D%/template-digest.h \
	%D%/settings.c %D%/settings-places.c %D%/settings-points.c %D%/settings-printers.c %D%/settings.h \
	%D%/scan.c %D%/scan.h %D%/shop.c %D%/shop.h %D%/station.h \
	%D%/template-media.c %D%/template-media.h \
	%D%/values.c %D%/values.h \
	%D%/watch.c %D%/watch.h \
	%D%/wave.c %D%/wave.h %D%/wave-files.c %D%/wave-orders.c
%C%_libstation_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS)
%C%_libstation_la_LIBADD = -lpthread

EXTRA_DIST += %D%/shop.rnc %D%/shop.rng
CLEANFILES += %D%/shop.rng.inc
$(plugin_station_libstation_la_OBJECTS): %D%/shop.rng.inc
dist_man_MANS += %D%/tuck-shop.5
