# `make bench` prints a table; BENCH_JOBS=10000 for the full growth run.
EXTRA_PROGRAMS += bench/bench
bench_bench_SOURCES = %D%/bench.c %D%/bench.h %D%/bench-decide.c \
	%D%/bench-peers.c %D%/bench-print.c %D%/bench-shop.c
bench_bench_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(XML_CFLAGS)
bench_bench_LDADD = plugin/campaign/libcampaign.la plugin/customer/libcustomer.la \
	plugin/order/liborder.la plugin/base/libbase.la -ldl -lpthread -lm
CLEANFILES += bench/bench$(EXEEXT)
BENCH_JOBS = 2000

.PHONY: bench
bench: all bench/bench$(EXEEXT)
	@$(AM_TESTS_ENVIRONMENT) ./bench/bench$(EXEEXT) --jobs $(BENCH_JOBS)
