/* What a call found of promises, as hosts see it: texts and numbers, ready made.
 * Inside station/. */
#ifndef TUCK_STATION_FOUND_H
#define TUCK_STATION_FOUND_H

#include "ledger/ledger.h"
#include "station/bench.h"
#include "station/shop.h"

struct tuck_found {
    struct arena *arena;
    bool has_answer;
    struct tuck_answer answer;
    struct tuck_promise *promises; /* their `events` say how many of the next */
    struct tuck_event **events;    /* by promise */
    size_t promise_count;
    struct tuck_debt *debts, *totals;
    size_t debt_count, total_count;
    struct tuck_pool *pools;
    size_t pool_count;
    struct tuck_printer *printers;
    size_t printer_count;
    struct tuck_job *jobs; /* their `events` say how many of the next */
    struct tuck_job_event **job_events; /* by job */
    size_t job_count;
    struct tuck_wave *waves;
    size_t wave_count;
    struct tuck_wave_problem *problems;
    size_t problem_count;
    struct tuck_key *keys;
    size_t key_count;
};

enum status found_new(struct tuck_found **ret);
void found_freep(struct tuck_found **found);

/* "2026-11-22 09:30:05" in the shop's zone; NULL for TIME_NONE or without memory. */
const char *found_time(const struct tuck_shop *shop, struct arena *arena, int64_t s);
const char *found_day(struct arena *arena, struct day day);
/* Amount and currency; both NULL when there is no currency. False: no memory. */
bool found_money(struct arena *arena, struct money money, const char **ret_text,
                 const char **ret_currency);

/* What the offer's coupon gives: "15% off"; NULL: it has none, or there is no memory. */
const char *found_worth(const struct offer *offer, struct arena *arena);
/* The ledger's answer to a code as hosts see it. */
enum status found_answer_fill(const struct tuck_shop *shop,
                              const struct redemption_answer *from, const char *code,
                              struct tuck_found *found);
/* `at` as a time or a day, else at_s, else now; a note when it is none. */
enum status found_moment(struct tuck_shop *shop, const char *at, int64_t at_s,
                         int64_t *ret_s, struct notes *notes);
/* The answer as one sentence without a full stop; NULL: no memory. */
const char *found_answer_text(const struct tuck_answer *answer, struct arena *arena);

/* --- a ledger for one call -------------------------------------------------------- */

#define TILL_BUDGET_MS 2000
#define DESK_BUDGET_MS 60000

struct desk {
    struct tuck_shop *shop;
    struct bench *bench;
    struct ledger *ledger;
};

/* budget_ms 0: TILL_BUDGET_MS; `cancel` may be NULL. */
enum status desk_open(struct tuck_shop *shop, enum ledger_mode mode, int32_t budget_ms,
                      const volatile int32_t *cancel, struct notes *notes,
                      struct desk *ret);
/* Gives the bench back and logs. */
void desk_close(struct desk *desk, const struct notes *notes);

#endif
