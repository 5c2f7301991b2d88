# `make bench` prints a table; BENCH_JOBS=10000 for the full growth run, BENCH_EVENTS for the
# ledger in which things are looked up, BENCH_WAVE=10000 for the wave, BENCH_BASKETS to learn from, BENCH_PARTS='ledger events check page' for some of its
# parts.
EXTRA_PROGRAMS += bench/bench
bench_bench_SOURCES = %D%/bench.c %D%/bench.h %D%/bench-check.c %D%/bench-decide.c \
	%D%/bench-desk.c %D%/bench-desk.h %D%/bench-events.c %D%/bench-learn.c %D%/bench-ledger.c \
	%D%/bench-peers.c %D%/bench-print.c %D%/bench-shop.c %D%/bench-station.c \
	tests/printer/fake-printer.c tests/printer/fake-printer.h
bench_bench_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(XML_CFLAGS) $(SQLITE_CFLAGS)
bench_bench_LDADD = plugin/campaign/libcampaign.la plugin/customer/libcustomer.la \
	plugin/ledger/libledger.la plugin/mint/libmint.la plugin/fit/libfit.la plugin/stats/libstats.la \
	plugin/order/liborder.la plugin/base/libbase.la $(SQLITE_LIBS) -ldl -lpthread -lm
CLEANFILES += bench/bench$(EXEEXT)
BENCH_JOBS = 2000
BENCH_EVENTS = 1000000
BENCH_WAVE = 1000
BENCH_BASKETS = 1000000
BENCH_PARTS = all

# The typesetter by itself: scripts and symbologies.
EXTRA_PROGRAMS += bench/bench-page
bench_bench_page_SOURCES = %D%/bench-page.c
bench_bench_page_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(PANGO_CFLAGS)
bench_bench_page_LDADD = plugin/page/libpage.la plugin/mint/libmint.la plugin/base/libbase.la \
	$(PANGO_LIBS) $(XML_LIBS)
CLEANFILES += bench/bench-page$(EXEEXT)

.PHONY: bench
bench: all bench/bench$(EXEEXT) bench/bench-page$(EXEEXT)
	@$(AM_TESTS_ENVIRONMENT) ./bench/bench$(EXEEXT) --jobs $(BENCH_JOBS) \
		--events $(BENCH_EVENTS) --baskets $(BENCH_BASKETS) --wave $(BENCH_WAVE) --parts '$(BENCH_PARTS)'
	@case ' $(BENCH_PARTS) ' in *' all '* | *' page '*) \
		./bench/bench-page$(EXEEXT) $(abs_top_srcdir)/plugin/page/fonts.conf ;; esac

# Bytes as ZPL beside those of the npm converters: needs node, NODE_PATH and pictures.
EXTRA_PROGRAMS += bench/dots-to-zpl
bench_dots_to_zpl_SOURCES = %D%/dots-to-zpl.c
bench_dots_to_zpl_CPPFLAGS = $(plugin_press_libworker_la_CPPFLAGS)
bench_dots_to_zpl_LDADD = plugin/press/libworker.la plugin/base/libbase.la
CLEANFILES += bench/dots-to-zpl$(EXEEXT)
EXTRA_DIST += %D%/zpl-bytes.mjs
