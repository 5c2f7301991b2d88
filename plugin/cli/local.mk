# The command sees only tuck.h: it is the reference host, and loads tuck.so as one does.
bin_PROGRAMS += tuck
tuck_SOURCES = \
	%D%/cli.h \
	%D%/cmd-check.c %D%/cmd-code.c %D%/cmd-facts.c %D%/cmd-fit.c %D%/cmd-import.c %D%/cmd-keep.c \
	%D%/cmd-ledger.c %D%/cmd-liability.c %D%/cmd-pack.c %D%/scan-tell.c %D%/cmd-printers.c \
	%D%/cmd-answer.c %D%/cmd-redeem.c %D%/cmd-spool.c %D%/cmd-replay.c %D%/cmd-report.c %D%/cmd-simulate.c \
	%D%/cmd-void.c %D%/cmd-wave.c %D%/cmd-why.c \
	%D%/gallery.c %D%/host.c %D%/json.c %D%/main.c %D%/orders.c %D%/out.c %D%/pack-file.c \
	%D%/packing.h %D%/picture.c %D%/preview.c %D%/terminal.c %D%/watch.c
tuck_CPPFLAGS = $(AM_CPPFLAGS) $(CHAFA_CFLAGS)
tuck_LDADD = -ldl $(CHAFA_LIBS)
EXTRA_DIST += %D%/gallery.css %D%/gallery.js
CLEANFILES += %D%/gallery.css.inc %D%/gallery.js.inc
$(tuck_OBJECTS): %D%/gallery.css.inc %D%/gallery.js.inc

dist_man_MANS += %D%/tuck.1
EXTRA_DIST += %D%/tuck.bash
install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(completiondir)'
	$(INSTALL_DATA) '$(srcdir)/%D%/tuck.bash' '$(DESTDIR)$(completiondir)/tuck'
uninstall-local:
	rm -f '$(DESTDIR)$(completiondir)/tuck'

TESTS += tests/cli/replay.sh
EXTRA_DIST += tests/cli/replay.sh
