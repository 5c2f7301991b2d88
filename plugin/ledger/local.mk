noinst_LTLIBRARIES += %D%/libledger.la
%C%_libledger_la_SOURCES = \
	%D%/ledger.c %D%/ledger.h %D%/ledger-inside.h %D%/ledger-reach.c %D%/ledger-study.c \
	%D%/ledger-wave.c \
	%D%/schema.h %D%/sql.c %D%/sql.h \
	%D%/sqlite-care.c %D%/sqlite-look.c %D%/sqlite-open.c %D%/sqlite-schema.c %D%/sqlite-sql.c \
	%D%/sqlite-turn.c %D%/sqlite.h \
	%D%/store.c %D%/store.h \
	%D%/store-care.c \
	%D%/store-code.c \
	%D%/store-decide.c \
	%D%/store-decision.c %D%/store-decision.h \
	%D%/store-dump.c \
	%D%/store-event.c \
	%D%/store-export.c \
	%D%/store-forget.c \
	%D%/store-history.c \
	%D%/store-import.c \
	%D%/store-keep.c \
	%D%/store-lease.c \
	%D%/store-life.c \
	%D%/store-model.c \
	%D%/store-moves.c %D%/store-moves.h \
	%D%/store-promise.c %D%/store-promise.h \
	%D%/store-recall.c \
	%D%/store-redeem.c \
	%D%/store-reply.c \
	%D%/store-standby.c %D%/store-standby.h \
	%D%/store-study.c %D%/study.h %D%/study-words.c %D%/study-words.h \
	%D%/store-unit.c %D%/store-unit.h \
	%D%/store-wave.c \
	%D%/store-wave-words.c %D%/store-wave-words.h
%C%_libledger_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(SQLITE_CFLAGS)
%C%_libledger_la_LIBADD = $(SQLITE_LIBS)
if HAVE_LIBPQ
%C%_libledger_la_SOURCES += \
	%D%/postgres.h %D%/postgres-open.c \
	%D%/postgres-resolve.c \
	%D%/postgres-schema.c \
	%D%/postgres-sql.c \
	%D%/postgres-wire.c
%C%_libledger_la_CPPFLAGS += $(LIBPQ_CFLAGS)
%C%_libledger_la_LIBADD += $(LIBPQ_LIBS) -lpthread
else
%C%_libledger_la_SOURCES += %D%/postgres.h %D%/postgres-none.c
endif

if HAVE_CMOCKA
if HAVE_LIBPQ
check_PROGRAMS += tests/unit/test-postgres tests/unit/test-ledger-standby
TESTS += tests/ledger/postgres.sh
tests_unit_test_postgres_SOURCES = tests/unit/test-postgres.c
tests_unit_test_postgres_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_postgres_LDADD = %D%/libledger.la plugin/mint/libmint.la \
	plugin/order/liborder.la plugin/base/libbase.la $(CMOCKA_LIBS) -lpthread -ldl
endif
ledger_tests = tests/unit/test-ledger tests/unit/test-ledger-files \
	tests/unit/test-ledger-history tests/unit/test-ledger-many \
	tests/unit/test-ledger-promises tests/unit/test-ledger-replies tests/unit/test-ledger-study tests/unit/test-ledger-care tests/unit/test-ledger-wave \
	tests/fault/test-ledger-calls tests/fault/test-ledger-faults
check_PROGRAMS += $(ledger_tests)
TESTS += $(ledger_tests)
ledger_test_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(XML_CFLAGS) $(SQLITE_CFLAGS)
ledger_test_ldadd = %D%/libledger.la plugin/mint/libmint.la plugin/order/liborder.la plugin/base/libbase.la \
	$(SQLITE_LIBS) $(CMOCKA_LIBS) -lpthread
tests_unit_test_ledger_SOURCES = tests/unit/test-ledger.c tests/unit/ledger-bench.h
tests_unit_test_ledger_CPPFLAGS = $(ledger_test_cppflags)
tests_unit_test_ledger_LDADD = $(ledger_test_ldadd)
tests_unit_test_ledger_files_SOURCES = tests/unit/test-ledger-files.c tests/unit/ledger-bench.h
tests_unit_test_ledger_files_CPPFLAGS = $(ledger_test_cppflags)
tests_unit_test_ledger_files_LDADD = $(ledger_test_ldadd)
tests_unit_test_ledger_history_SOURCES = tests/unit/test-ledger-history.c tests/unit/ledger-bench.h
tests_unit_test_ledger_history_CPPFLAGS = $(ledger_test_cppflags)
tests_unit_test_ledger_history_LDADD = $(ledger_test_ldadd)
tests_unit_test_ledger_standby_SOURCES = tests/unit/test-ledger-standby.c \
	tests/unit/ledger-bench.h
tests_unit_test_ledger_standby_CPPFLAGS = $(ledger_test_cppflags)
tests_unit_test_ledger_standby_LDADD = $(ledger_test_ldadd)
tests_unit_test_ledger_study_SOURCES = tests/unit/test-ledger-study.c \
	tests/unit/ledger-bench.h
tests_unit_test_ledger_study_CPPFLAGS = $(ledger_test_cppflags)
tests_unit_test_ledger_study_LDADD = $(ledger_test_ldadd)
tests_unit_test_ledger_care_SOURCES = tests/unit/test-ledger-care.c \
	tests/unit/ledger-bench.h
tests_unit_test_ledger_care_CPPFLAGS = $(ledger_test_cppflags)
tests_unit_test_ledger_care_LDADD = $(ledger_test_ldadd)
tests_unit_test_ledger_wave_SOURCES = tests/unit/test-ledger-wave.c tests/unit/ledger-bench.h
tests_unit_test_ledger_wave_CPPFLAGS = $(ledger_test_cppflags)
tests_unit_test_ledger_wave_LDADD = $(ledger_test_ldadd)
tests_unit_test_ledger_promises_SOURCES = tests/unit/test-ledger-promises.c \
	tests/unit/ledger-bench.h
tests_unit_test_ledger_promises_CPPFLAGS = $(ledger_test_cppflags)
tests_unit_test_ledger_promises_LDADD = $(ledger_test_ldadd)
tests_unit_test_ledger_replies_SOURCES = tests/unit/test-ledger-replies.c \
	tests/unit/ledger-bench.h
tests_unit_test_ledger_replies_CPPFLAGS = $(ledger_test_cppflags)
tests_unit_test_ledger_replies_LDADD = $(ledger_test_ldadd)
tests_unit_test_ledger_many_SOURCES = tests/unit/test-ledger-many.c tests/unit/ledger-bench.h
tests_unit_test_ledger_many_CPPFLAGS = $(ledger_test_cppflags)
tests_unit_test_ledger_many_LDADD = $(ledger_test_ldadd)
refusals_ldflags = $(AM_LDFLAGS) -Wl,--wrap=malloc -Wl,--wrap=calloc \
	-Wl,--wrap=realloc -Wl,--wrap=strdup -Wl,--wrap=sql_open_sqlite \
	-Wl,--wrap=sql_open_postgres
tests_fault_test_ledger_calls_SOURCES = tests/fault/test-ledger-calls.c \
	tests/fault/ledger-calls.c tests/fault/ledger-calls.h \
	tests/fault/refusals.c tests/fault/refusals.h tests/unit/ledger-bench.h
tests_fault_test_ledger_calls_CPPFLAGS = $(ledger_test_cppflags)
tests_fault_test_ledger_calls_LDFLAGS = $(refusals_ldflags)
tests_fault_test_ledger_calls_LDADD = $(ledger_test_ldadd)
tests_fault_test_ledger_faults_SOURCES = tests/fault/test-ledger-faults.c \
	tests/fault/refusals.c tests/fault/refusals.h tests/unit/ledger-bench.h
tests_fault_test_ledger_faults_LDFLAGS = $(refusals_ldflags)
tests_fault_test_ledger_faults_CPPFLAGS = $(ledger_test_cppflags)
tests_fault_test_ledger_faults_LDADD = $(ledger_test_ldadd)
endif

EXTRA_DIST += tests/ledger/version-1.sql tests/ledger/cluster.sh tests/ledger/postgres.sh tests/ledger/with-cluster
