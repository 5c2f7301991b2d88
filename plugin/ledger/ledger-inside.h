/* A ledger that is open, and what every call of it begins with. ledger.c is the calls,
 * ledger-reach.c which store answers them. */
#ifndef TUCK_LEDGER_LEDGER_INSIDE_H
#define TUCK_LEDGER_LEDGER_INSIDE_H

#include "ledger/store-standby.h"

/* The numbers of decisions made in the standby begin here. */
#define STANDBY_FIRST (INT64_C(1) << 40)
struct ledger {
    struct store *store;   /* NULL: "none" */
    struct store *standby; /* NULL: none */
    enum ledger_mode mode;
    bool has_patience; /* set for the job; else each call has its own */
    int64_t each_ms;
    struct patience patience; /* of the job */
    int64_t away_until_ms;    /* 0: the database is there, as far as is known */
    int32_t lease_units;
    char *station, *path;
    struct store own, own_standby;
};

/* Is this a failure that the standby is for? Then what was noted of it becomes one note,
 * once, and the database is left alone for a while. */
bool went_away(struct ledger *ledger, enum status status, struct notes *notes,
               size_t note_count);
/* The database to ask, or NULL: the standby has to do, or nothing is held. What was
 * decided without it is settled first. */
struct store *reach(struct ledger *ledger, struct notes *notes);
/* Whose decision is this? Its number there in *ret_id; NULL: of the database, which is
 * away. */
struct store *home_of(struct ledger *ledger, int64_t id, struct notes *notes,
                      int64_t *ret_id);
/* What a call says that only the database can answer. */
enum status is_gone(const struct ledger *ledger, struct notes *notes);
enum status may_write(const struct ledger *ledger, struct notes *notes);
/* The store for a call that writes; NULL with STATUS_OK: nothing is taken. */
enum status to_write(struct ledger *ledger, struct notes *notes, struct store **ret);

/* Trying again: what a failed try noted is taken back. Not inside an import or a group:
 * what went before is lost there, and only its caller can do it all again. */
struct tries {
    struct store *store;
    struct notes *notes;
    size_t note_count;
    unsigned count;
};
bool wants_again(struct tries *tries, enum status status);

#define AGAIN(store_, notes_, status_, call)                                             \
    do {                                                                                 \
        struct tries tries = {store_, notes_, (notes_) ? (notes_)->count : 0, 0};        \
        do                                                                               \
            (status_) = (call);                                                          \
        while (wants_again(&tries, status_));                                            \
    } while (0)

#endif
