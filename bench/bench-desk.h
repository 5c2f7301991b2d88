/* A packing desk of the bench: a process that promises and redeems in a ledger. */
#ifndef TUCK_BENCH_DESK_H
#define TUCK_BENCH_DESK_H

#include "bench/bench.h"
#include "ledger/ledger.h"

#define DESK_OFFERS 10
#define DESK_DAY 20780 /* 2026-11-23 */
#define DESK_NOW_S (INT64_C(86400) * DESK_DAY + 36000)

struct desk {
    struct ledger *ledger;
    struct arena *arena;
    struct notes notes;
    const char *name;
    int64_t made;         /* promises so far */
    bool keeps_documents; /* of each decision, 4 KB in all */
};

/* A folder of its own with a key file; removed by desk_sweep(). 0 or -1. */
struct desk_place {
    char dir[200], path[240];
    struct keys *keys;
};
int desk_place(struct desk_place *place);
void desk_sweep(struct desk_place *place);

/* At `path`, of a place's shop; `number` is the station's. A failure is told on stderr. */
bool desk_open(struct desk *desk, const struct desk_place *place, const char *path,
               int number);
void desk_close(struct desk *desk);

/* A carton of two lines and one coupon with a signed code, within a customer's limit and
 * a budget that its offer's coupons share. */
bool desk_promise(struct desk *desk);
/* The same between group begin and end, `count` of them. */
bool desk_wave(struct desk *desk, int count);
/* Uses the code of the number-th promise of this desk. */
bool desk_redeem(struct desk *desk, int64_t number);

/* What went wrong, on stderr; false. */
bool desk_failed(const char *what, enum status status, const struct notes *notes);

#endif
