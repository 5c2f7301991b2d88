noinst_LTLIBRARIES += %D%/libcustomer.la
%C%_libcustomer_la_SOURCES = \
	%D%/facts.c %D%/facts.h %D%/fact-list.h %D%/facts-inside.h \
	%D%/facts-learnt.c \
	%D%/facts-badges.c \
	%D%/facts-loyalty.c \
	%D%/facts-moment.c \
	%D%/facts-orders.c \
	%D%/facts-standing.c \
	%D%/facts-tastes.c \
	%D%/loyalty.c %D%/loyalty.h \
	%D%/places.c %D%/places.h
%C%_libcustomer_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS)
%C%_libcustomer_la_LIBADD = -lm

if HAVE_CMOCKA
customer_tests = tests/unit/test-facts tests/unit/test-facts-functions \
	tests/unit/test-facts-learnt tests/unit/test-facts-person tests/unit/test-loyalty \
	tests/unit/test-places tests/unit/test-play
check_PROGRAMS += $(customer_tests)
TESTS += $(customer_tests)
customer_test_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS)
customer_test_ldadd = %D%/libcustomer.la plugin/fit/libfit.la plugin/base/libbase.la $(CMOCKA_LIBS) -lm
tests_unit_test_facts_SOURCES = tests/unit/test-facts.c tests/unit/facts-bench.h
tests_unit_test_facts_CPPFLAGS = $(customer_test_cppflags)
tests_unit_test_facts_LDADD = $(customer_test_ldadd)
tests_unit_test_facts_functions_SOURCES = tests/unit/test-facts-functions.c tests/unit/facts-bench.h
tests_unit_test_facts_functions_CPPFLAGS = $(customer_test_cppflags)
tests_unit_test_facts_functions_LDADD = $(customer_test_ldadd)
tests_unit_test_facts_learnt_SOURCES = tests/unit/test-facts-learnt.c tests/unit/facts-bench.h
tests_unit_test_facts_learnt_CPPFLAGS = $(customer_test_cppflags)
tests_unit_test_facts_learnt_LDADD = $(customer_test_ldadd)
tests_unit_test_facts_person_SOURCES = tests/unit/test-facts-person.c tests/unit/facts-bench.h
tests_unit_test_facts_person_CPPFLAGS = $(customer_test_cppflags)
tests_unit_test_facts_person_LDADD = $(customer_test_ldadd)
tests_unit_test_places_SOURCES = tests/unit/test-places.c tests/unit/facts-bench.h
tests_unit_test_places_CPPFLAGS = $(customer_test_cppflags)
tests_unit_test_places_LDADD = $(customer_test_ldadd)
tests_unit_test_play_SOURCES = tests/unit/test-play.c tests/unit/facts-bench.h
tests_unit_test_play_CPPFLAGS = $(customer_test_cppflags)
tests_unit_test_play_LDADD = $(customer_test_ldadd)
tests_unit_test_loyalty_SOURCES = tests/unit/test-loyalty.c tests/unit/facts-bench.h
tests_unit_test_loyalty_CPPFLAGS = $(customer_test_cppflags)
tests_unit_test_loyalty_LDADD = $(customer_test_ldadd)
endif

# Pages made from lists are kept in the tree, so that a build needs no second look at them;
# tests/house/man-pages.sh tells when they are old.
dist_man_MANS += %D%/tuck-facts.5 plugin/base/tuck-notes.5
EXTRA_DIST += %D%/fact-man.awk %D%/tuck-facts.5.in \
	plugin/base/list-man.awk plugin/base/note-man.awk plugin/base/tuck-notes.5.in
.PHONY: man-pages
man-pages:
	cd $(srcdir) && \
	$(AWK) -f plugin/base/list-man.awk -f %D%/fact-man.awk %D%/fact-list.h \
		%D%/tuck-facts.5.in > %D%/tuck-facts.5.tmp && \
	mv %D%/tuck-facts.5.tmp %D%/tuck-facts.5 && \
	$(AWK) -f plugin/base/list-man.awk -f plugin/base/note-man.awk plugin/base/note-list.h \
		plugin/base/tuck-notes.5.in > plugin/base/tuck-notes.5.tmp && \
	mv plugin/base/tuck-notes.5.tmp plugin/base/tuck-notes.5

TESTS += tests/house/man-pages.sh
EXTRA_DIST += tests/house/man-pages.sh
