/* A row of a file of decisions that another system made. Inside station/. */
#ifndef TUCK_STATION_LOAD_DECISION_H
#define TUCK_STATION_LOAD_DECISION_H

#include "ledger/ledger.h"
#include "order/csv.h"

#define TOLD_DECISION_COLUMNS 13
extern const char *const told_decision_columns[TOLD_DECISION_COLUMNS];
/* Bits of the columns without which nothing can be done. */
extern const uint32_t told_decision_needed;

/* Reads a row, and keeps it when there is a ledger. All that it needs is the arena's.
 * `*ret_is_new` false: the ledger had it. */
enum status told_decision_load(const struct csv *csv, struct ledger *ledger,
                               const char *merchant, const struct zone *zone,
                               struct arena *arena, struct notes *notes,
                               bool *ret_is_new);

#endif
