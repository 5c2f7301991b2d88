noinst_LTLIBRARIES += %D%/libreport.la
%C%_libreport_la_SOURCES = \
	%D%/effect.c %D%/gather.c %D%/html.h %D%/html-plot.c %D%/inside.h %D%/log.c %D%/log.h %D%/outcome.c %D%/past.c %D%/reckon.c \
	%D%/proof.h %D%/proof-html.c %D%/report.h %D%/report-html.c %D%/report-json.c %D%/report-text.c \
	%D%/unit.c %D%/words.c
%C%_libreport_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS)
%C%_libreport_la_LIBADD = -lm
EXTRA_DIST += %D%/page.css %D%/proof.css %D%/proof.js
CLEANFILES += %D%/page.css.inc %D%/proof.css.inc %D%/proof.js.inc
$(plugin_report_libreport_la_OBJECTS): %D%/page.css.inc %D%/proof.css.inc %D%/proof.js.inc
