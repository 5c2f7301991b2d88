noinst_LTLIBRARIES += %D%/libcampaign.la
%C%_libcampaign_la_SOURCES = \
	%D%/assign.c \
	%D%/campaign.c %D%/campaign.h %D%/campaign-inside.h \
	%D%/campaign-check.c %D%/campaign-experiment.c %D%/campaign-gs1.c %D%/campaign-limit.c %D%/campaign-worth.c \
	%D%/campaign-offer.c %D%/campaign-play.c %D%/campaign-series.c \
	%D%/expr.h %D%/expr-function.c %D%/expr-lint.c %D%/expr-never.c %D%/expr-parse.c \
	%D%/expr-token.c %D%/expr-token.h \
	%D%/judge.c %D%/judge.h %D%/learned.c %D%/learned-bytes.c %D%/learned.h \
	%D%/plan.c %D%/plan-allow.c %D%/plan-dump.c %D%/plan-inside.h \
	%D%/plan-limit.c %D%/plan-policy.c %D%/plan-rank.c %D%/plan-series.c %D%/plan-value.c
%C%_libcampaign_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS)
%C%_libcampaign_la_LIBADD = $(XML_LIBS) -lm

if HAVE_CMOCKA
campaign_tests = tests/unit/test-assign tests/unit/test-campaign \
	tests/unit/test-campaign-gs1 tests/unit/test-campaign-play tests/unit/test-choose tests/unit/test-expr tests/unit/test-limit \
	tests/unit/test-plan tests/unit/test-series
check_PROGRAMS += $(campaign_tests)
TESTS += $(campaign_tests)
campaign_test_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS) \
	-DSRCDIR='"$(top_srcdir)"'
campaign_test_ldadd = %D%/libcampaign.la plugin/customer/libcustomer.la \
	plugin/mint/libmint.la plugin/fit/libfit.la plugin/stats/libstats.la \
	plugin/order/liborder.la plugin/base/libbase.la \
	$(CMOCKA_LIBS) $(XML_LIBS) -lm
tests_unit_test_assign_SOURCES = tests/unit/test-assign.c
tests_unit_test_assign_CPPFLAGS = $(campaign_test_cppflags)
tests_unit_test_assign_LDADD = $(campaign_test_ldadd)
tests_unit_test_campaign_SOURCES = tests/unit/test-campaign.c \
	tests/unit/campaign-stage.h tests/unit/facts-bench.h
tests_unit_test_campaign_CPPFLAGS = $(campaign_test_cppflags)
tests_unit_test_campaign_LDADD = $(campaign_test_ldadd) -lpthread
tests_unit_test_campaign_gs1_SOURCES = tests/unit/test-campaign-gs1.c \
	tests/unit/campaign-stage.h tests/unit/facts-bench.h
tests_unit_test_campaign_gs1_CPPFLAGS = $(campaign_test_cppflags)
tests_unit_test_campaign_gs1_LDADD = $(campaign_test_ldadd) plugin/mint/libmint.la \
	plugin/fetch/libfetch.la plugin/base/libbase.la
tests_unit_test_campaign_play_SOURCES = tests/unit/test-campaign-play.c \
	tests/unit/campaign-stage.h tests/unit/facts-bench.h
tests_unit_test_campaign_play_CPPFLAGS = $(campaign_test_cppflags)
tests_unit_test_campaign_play_LDADD = $(campaign_test_ldadd)
tests_unit_test_choose_SOURCES = tests/unit/test-choose.c \
	tests/unit/campaign-stage.h tests/unit/facts-bench.h
tests_unit_test_choose_CPPFLAGS = $(campaign_test_cppflags)
tests_unit_test_choose_LDADD = $(campaign_test_ldadd)
tests_unit_test_limit_SOURCES = tests/unit/test-limit.c \
	tests/unit/campaign-stage.h tests/unit/facts-bench.h
tests_unit_test_limit_CPPFLAGS = $(campaign_test_cppflags)
tests_unit_test_limit_LDADD = $(campaign_test_ldadd)
tests_unit_test_plan_SOURCES = tests/unit/test-plan.c \
	tests/unit/campaign-stage.h tests/unit/facts-bench.h
tests_unit_test_plan_CPPFLAGS = $(campaign_test_cppflags)
tests_unit_test_plan_LDADD = $(campaign_test_ldadd)
tests_unit_test_series_SOURCES = tests/unit/test-series.c \
	tests/unit/campaign-stage.h tests/unit/facts-bench.h
tests_unit_test_series_CPPFLAGS = $(campaign_test_cppflags)
tests_unit_test_series_LDADD = $(campaign_test_ldadd)
tests_unit_test_expr_SOURCES = tests/unit/test-expr.c tests/unit/facts-bench.h
tests_unit_test_expr_CPPFLAGS = $(campaign_test_cppflags)
tests_unit_test_expr_LDADD = $(campaign_test_ldadd)
endif

dist_man_MANS += %D%/tuck-campaign.5
EXTRA_DIST += %D%/campaign.rnc %D%/campaign.rng
CLEANFILES += %D%/campaign.rng.inc
$(plugin_campaign_libcampaign_la_OBJECTS): %D%/campaign.rng.inc
