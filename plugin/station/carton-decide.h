/* Deciding for a carton. Inside station/. */
#ifndef TUCK_STATION_CARTON_DECIDE_H
#define TUCK_STATION_CARTON_DECIDE_H

#include "station/carton.h"

/* One pack() on its way. */
struct way {
    struct tuck_shop *shop;
    struct tuck_carton *carton;
    const struct tuck_order *how;
    struct patience patience;
    struct bench *bench;
    struct ledger *ledger;
    struct knowledge *knowledge;   /* what is known beside the customer; a reference */
    const struct facts_pick *pick; /* the product picked for the customer; NULL: none */
    const struct facts_found *found; /* what they looked for is there; NULL: it is not */
    struct given *given; /* by offer; NULL: no chosen one has causes */
    struct standing *standing; /* of the offers */
    struct standings standings;
    struct day today; /* on which promises are counted: the station's, not the order's */
    int64_t replaces;  /* a decision made ahead that stands no longer; 0 none */
    bool is_pointless; /* what the preview asks for is not there: nothing is shown */
};

/* From the order document to the pieces; the bench is borrowed when there is none. */
enum status way_answer(struct way *way);
/* Looks for the answer that was given before; its pieces become the carton's. */
enum status way_find_answer(struct way *way, bool *ret_is_found);
/* Makes a recorded decision's pieces the carton's. */
enum status way_take_existing(struct way *way, const struct decision *decision);
/* History, facts and plan; records the decision unless it is a preview. */
enum status way_decide(struct way *way);
/* Facts and plan of the order, the history and the standings that are set; nothing is
 * recorded. */
enum status way_plan(struct way *way);
/* A decision made again from the order, history and standings that are set, with the codes
 * and days of the one that was kept; its pieces become the carton's. Nothing is recorded. */
enum status way_remake(struct way *way, const struct decision *kept,
                       struct decision *ret);
/* After the answer: leases units for a time without the database. */
void way_prepare(struct way *way);
const struct offer *way_offer_named(const struct campaign *campaign, const char *name);

#endif
