/* What a shop knows beside the customer: what `tuck fit` learnt, and its products. Inside
 * station/. Immutable; the shop looks for newer ones now and then. */
#ifndef TUCK_STATION_KNOWLEDGE_H
#define TUCK_STATION_KNOWLEDGE_H

#include "campaign/learned.h"
#include "fit/model.h"
#include "fit/next.h"
#include "station/assortment.h"
#include "station/bench.h"

struct knowledge {
    _Atomic int holders;
    int64_t number;          /* of the model in the ledger; 0: none */
    struct model *model;     /* NULL: nothing was learnt */
    struct learned *learned; /* NULL: nothing of this campaign's offers */
    bool has_next;
    struct next_model next;        /* lies in the model */
    struct assortment *assortment; /* NULL: the shop has no list */
};

/* What is known now; the caller has a reference. The ledger and the list of products are
 * looked at when that was not done for two seconds; what cannot be read leaves what was
 * known before, with a note. NULL only when memory is out. */
struct knowledge *knowledge_get(struct tuck_shop *shop, struct ledger *ledger,
                                struct notes *notes);
/* What was known by a model's number, without products. STATUS_WITHOUT: the ledger does
 * not keep it any more. */
enum status knowledge_find(struct tuck_shop *shop, struct ledger *ledger, int64_t number,
                           struct notes *notes, struct knowledge **ret);
void knowledge_unref(struct knowledge *knowledge); /* NULL is fine */
void knowledge_unrefp(struct knowledge **knowledge);

/* The product to pick for a customer with this history and order; NULL: none, or memory is
 * out. Texts are in the arena. */
const struct facts_pick *knowledge_pick(const struct knowledge *knowledge,
                                        const struct order *order,
                                        const struct history *history,
                                        const struct zone *zone, struct arena *arena);
/* What the customer looked for, when the list has it in stock; NULL: not so, or memory is
 * out. Texts are in the arena. */
const struct facts_found *knowledge_found(const struct knowledge *knowledge,
                                          const struct order *order,
                                          const struct history *history,
                                          const struct zone *zone, struct arena *arena);
void found_write(const struct facts_found *found, struct buf *out);
const struct facts_found *found_read(const char *text, struct arena *arena);
/* The pick as lines of text beside the standings, and back (NULL: there is none). */
void pick_write(const struct facts_pick *pick, struct buf *out);
const struct facts_pick *pick_read(const char *text, struct arena *arena);

#endif
