/* What was given: redemptions by which customers chose one of an offer's causes.
 *
 * Counted when the piece is decided and kept with what was known then: the same carton,
 * packed again or replayed, tells the same number. */
#include "station/given.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static enum status
count_offer(struct ledger *ledger, const char *merchant, const struct offer *offer,
            struct notes *notes, struct given *ret)
{
    for (size_t i = 0; i < offer->coupon.cause_count; i++) {
        enum status status = ledger_chosen(ledger, merchant, offer->coupon.causes[i], notes,
                                           &ret->of_cause[i]);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

enum status
given_count(struct ledger *ledger, const char *merchant, const struct plan *plan,
            struct arena *arena, struct notes *notes, struct given **ret)
{
    const struct campaign *campaign = plan->campaign;
    struct given *given = NULL;
    for (size_t i = 0; i < plan->choice_count; i++) {
        const struct offer *offer = plan->choices[i].offer;
        if (!offer || offer->coupon.cause_count == 0)
            continue;
        if (!given)
            given = arena_make_array(arena, campaign->offer_count, sizeof(*given));
        if (!given)
            return STATUS_NO_MEMORY;
        enum status status =
            count_offer(ledger, merchant, offer, notes, &given[offer - campaign->offers]);
        if (status == STATUS_NO_MEMORY)
            return status;
    }
    *ret = given;
    return STATUS_OK;
}

void
given_write(const struct campaign *campaign, const struct given *given, struct buf *out)
{
    for (size_t i = 0; given && i < campaign->offer_count; i++) {
        const struct offer *offer = &campaign->offers[i];
        bool is_any = false;
        for (size_t j = 0; j < offer->coupon.cause_count; j++)
            is_any |= given[i].of_cause[j] != 0;
        if (!is_any)
            continue;
        buf_printf(out, "given %s", offer->name);
        for (size_t j = 0; j < offer->coupon.cause_count; j++)
            buf_printf(out, " %" PRId64, given[i].of_cause[j]);
        buf_puts(out, "\n");
    }
}

static void
read_line(const struct campaign *campaign, const char *line, struct given *given)
{
    size_t n = strcspn(line, " \n");
    for (size_t i = 0; i < campaign->offer_count; i++) {
        const char *name = campaign->offers[i].name;
        if (strlen(name) != n || memcmp(name, line, n) != 0)
            continue;
        const char *at = line + n;
        for (size_t j = 0; j < COUPON_CAUSES_MOST && *at == ' '; j++) {
            char *end = NULL;
            given[i].of_cause[j] = strtoll(at, &end, 10);
            at = end;
        }
    }
}

enum status
given_read(const struct campaign *campaign, const char *text, struct arena *arena,
           struct given **ret)
{
    static const char key[] = "given ";
    struct given *given = NULL;
    for (const char *line = text; line && *line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (strncmp(line, key, sizeof(key) - 1) != 0)
            continue;
        if (!given)
            given = arena_make_array(arena, campaign->offer_count, sizeof(*given));
        if (!given)
            return STATUS_NO_MEMORY;
        read_line(campaign, line + sizeof(key) - 1, given);
    }
    *ret = given;
    return STATUS_OK;
}
