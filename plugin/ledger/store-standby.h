/* A station's own file: what it goes on with while its database is away. */
#ifndef TUCK_LEDGER_STORE_STANDBY_H
#define TUCK_LEDGER_STORE_STANDBY_H

#include "ledger/store-unit.h"

#define STANDBY_IS_BEHIND                                                                \
    "SELECT 1 WHERE EXISTS(SELECT 1 FROM decision d WHERE NOT EXISTS"                    \
    " (SELECT 1 FROM settled s WHERE s.decision = d.id))"                                \
    " OR EXISTS(SELECT 1 FROM outbox)"

/* Are there decisions or events that the database does not know? */
enum status standby_is_behind(struct store *standby, struct notes *notes, bool *ret);
/* Carries them over, oldest first, each once whatever breaks in between. */
enum status standby_settle(struct store *primary, struct store *standby,
                           struct notes *notes);
/* Tops up what the station holds of the limits in `wishes` to `most` units each, gives
 * back what it holds of others, and writes both down on both sides. Settle before. */
enum status standby_lease(struct store *primary, struct store *standby,
                          const char *merchant, struct day today,
                          const struct lease_wish *wishes, size_t count, int32_t most,
                          struct notes *notes);
/* What is left of a limit's lease, told as what is used of the limit. */
enum status standby_used(struct store *standby, const char *merchant,
                         const struct unit *unit, struct notes *notes,
                         struct unit_use *ret);
/* An event of a decision that the database has. */
enum status standby_post(struct store *standby, int64_t decision,
                         const struct piece_key *piece, const char *kind, int64_t at_s,
                         const char *reason, struct notes *notes);
/* The database's number of a decision that was made here; 0: not settled yet. */
enum status standby_settled_as(struct store *standby, int64_t decision,
                               struct notes *notes, int64_t *ret);

#endif
