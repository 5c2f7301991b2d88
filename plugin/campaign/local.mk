noinst_LTLIBRARIES += %D%/libcampaign.la
%C%_libcampaign_la_SOURCES = %D%/campaign.c %D%/campaign.h
%C%_libcampaign_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS)
%C%_libcampaign_la_LIBADD = 

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-campaign
TESTS += tests/unit/test-campaign
tests_unit_test_campaign_SOURCES = tests/unit/test-campaign.c
tests_unit_test_campaign_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS)
tests_unit_test_campaign_LDADD = %D%/libcampaign.la plugin/customer/libcustomer.la plugin/order/liborder.la plugin/base/libbase.la $(CMOCKA_LIBS)
endif

EXTRA_DIST += %D%/campaign.rnc %D%/campaign.rng
CLEANFILES += %D%/campaign.rng.inc
$(plugin_campaign_libcampaign_la_OBJECTS): %D%/campaign.rng.inc
