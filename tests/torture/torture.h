/* What the files of the torture worker share: its options, one hand's state, the scene
 * (offers, limits, orders) and the log. See torture-worker.c. */
#ifndef TUCK_TESTS_TORTURE_H
#define TUCK_TESTS_TORTURE_H

#include "ledger/ledger.h"

#define SCENE_START_S 1760000000 /* 2025-10-09T08:53:20Z */
#define DAY_S 86400
#define SCENE_RESERVE_S 21600

struct options {
    const char *ledger, *keys, *log;
    int64_t seed, worker, run, threads;
    int64_t t0_ms;    /* on the monotonic clock: when the scene began */
    int64_t until_ms; /* …and when work ends */
    int64_t speed;    /* seconds of the scene in one of ours */
    int64_t order_every_ms;
    int64_t pool_codes, orders; /* for --setup, --finish */
};

/* A code that was printed, as far as its hand knows. */
struct seen {
    char code[48], offer[16], order[32];
};
#define SEEN_MOST 16

/* One ledger open, in one thread. */
struct hand {
    const struct options *options;
    int number; /* of the thread, 0… */
    char name[32], station[32];
    uint64_t chance;
    int64_t calls, skew_s;
    bool is_away; /* the last call did not reach the database */
    int log_fd;
    struct keys *keys;
    struct ledger *ledger;
    struct arena *arena;
    struct notes notes;
    struct seen seen[SEEN_MOST]; /* the last ones, in a ring */
    uint32_t seen_count;
};

/* --- chance and time ------------------------------------------------------------------ */

uint32_t chance(struct hand *hand, uint32_t below);
bool chance_of(struct hand *hand, uint32_t percent);
int64_t scene_now_s(struct hand *hand);
/* Patience for one call. */
void hand_be_patient(struct hand *hand);

/* --- the scene ------------------------------------------------------------------------ */

#define OFFER_COUNT 5
#define CLAIMS_MAX 4

struct scene_order {
    int64_t number;
    char id[32], customer[48], household[32], store[16]; /* customer "": a guest */
    char package[4];
    char digest[65];
};

int64_t scene_newest_order(struct hand *hand);
void scene_order(int64_t number, int package, int version, struct scene_order *ret);
/* The pieces that this order would get; `*ret` has OFFER_COUNT of them in the arena. */
enum status scene_pieces(const struct scene_order *order, int64_t now_s,
                         struct arena *arena, struct piece_record **ret);
bool scene_has_customer(const struct scene_order *order);
/* The limits, a line each, for the checker. */
void scene_print(struct buf *out);

/* --- the log -------------------------------------------------------------------------- */

/* Begins the line of a call that starts or has returned: number, time, name. */
void log_call(struct hand *hand, struct buf *line, const char *call);
void log_answer(struct hand *hand, struct buf *line, const char *call,
                enum status status);
/* Ends the line and writes it in one go. */
void log_write(struct hand *hand, struct buf *line);
void log_field(struct buf *line, const char *name, const char *text);
void log_number(struct buf *line, const char *name, int64_t number);

/* --- acts ----------------------------------------------------------------------------- */

void act_decide(struct hand *hand);
void act_event(struct hand *hand);
void act_void(struct hand *hand);
void act_redeem(struct hand *hand);
void act_void_code(struct hand *hand);
void act_expire(struct hand *hand);
void act_look(struct hand *hand);
/* Voids every order of the scene, and lets all else lapse. */
enum status act_finish(struct hand *hand);
enum status act_verify(struct hand *hand);
enum status act_setup(struct hand *hand);

/* A decision of a lately packed order; NULL: none. */
struct decision *find_some(struct hand *hand, uint32_t lately);

#endif
