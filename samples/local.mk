# tuck-here runs the command from the build tree: plugin, press and data where they were
# built.
noinst_SCRIPTS = samples/tuck-here
samples/tuck-here: Makefile tuck.la
	$(AM_V_GEN)$(MKDIR_P) samples && \
	{ echo '#!/bin/sh'; \
	  echo '# Runs the command that was built here, not installed.'; \
	  echo 'export TUCK_PLUGIN="$${TUCK_PLUGIN:-$(abs_top_builddir)/.libs/tuck.so}"'; \
	  echo 'export TUCK_PRESS="$${TUCK_PRESS:-$(abs_top_builddir)/tuck-press}"'; \
	  echo 'export TUCK_DATA="$${TUCK_DATA:-$(abs_top_builddir)/data}"'; \
	  echo 'exec $(abs_top_builddir)/tuck "$$@"'; } > $@.tmp && \
	chmod +x $@.tmp && mv $@.tmp $@ && \
	rm -rf data && $(MKDIR_P) data && \
	ln -s $(abs_top_srcdir)/templates data/templates && \
	ln -s $(abs_top_srcdir)/plugin/page/fonts.conf data/fonts.conf
CLEANFILES += samples/tuck-here
EXTRA_DIST += samples/history-server samples/hosts samples/pictures samples/shop

clean-local:
	rm -rf data config
