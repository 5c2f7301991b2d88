/* What a decision was made from, out of the ledger, so that it can be made again. Inside
 * station/. */
#ifndef TUCK_STATION_SET_BACK_H
#define TUCK_STATION_SET_BACK_H

#include "station/carton-decide.h"

struct kept_from {
    int64_t decision;
    const char *order, *package; /* for the notes */
};

/* A document of the decision; STATUS_WITHOUT with a note when it is not kept any more. */
enum status kept_document(struct ledger *ledger, const struct kept_from *from,
                          const char *kind, struct arena *arena, struct notes *notes,
                          const char **ret);
/* The order, the history, the pick and the standing of that time into the way, which has
 * shop, carton and ledger. */
enum status way_set_back(struct way *way, const struct kept_from *from,
                         struct notes *notes);
/* And what was learnt by then: the model of that number; the way gets a reference. */
enum status way_know(struct way *way, const struct kept_from *from, int64_t model,
                     struct notes *notes);

#endif
