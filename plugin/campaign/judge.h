/* Asks the conditions of a campaign about one customer after another: inside the room. */
#ifndef TUCK_CAMPAIGN_JUDGE_H
#define TUCK_CAMPAIGN_JUDGE_H

#include "campaign/campaign-inside.h"

enum ruling { RULING_NO, RULING_YES, RULING_FAILED };

/* Which part of which condition said no or failed. */
struct refusal {
    const struct condition *condition;
    size_t term;
    char error[200]; /* of RULING_FAILED */
};

struct campaign *judge_campaign(const struct judge *judge);
/* From now on the answers are about `facts`, lent until the next call. */
void judge_begin(struct judge *judge, const struct facts *facts);
/* The arm that the customer is in; NULL: takes no part, as guests never do. */
bool judge_is_telling_chances(const struct judge *judge);
const struct experiment_arm *judge_arm(const struct judge *judge, size_t experiment);
enum ruling judge_offer(struct judge *judge, size_t offer, struct refusal *ret);
/* Whether the series' "until" holds; it must have one. */
enum ruling judge_end(struct judge *judge, size_t series, struct refusal *ret);
/* What the offer's <worth> says; NaN: nothing, or a fact in it is not known. */
double judge_chance(struct judge *judge, size_t offer);
double judge_margin(struct judge *judge, size_t offer);
bool judge_has_margin(const struct judge *judge, size_t offer);
/* The customer's group, as <learn by> says; "" when it says nothing; NULL: memory out. */
const char *judge_group(struct judge *judge, struct arena *arena);
/* The names of the segments that hold, split by one space; NULL: memory out. */
const char *judge_segments(struct judge *judge, struct arena *arena);
/* Of the shop; 0: none. */
int32_t judge_shop_holdout(const struct judge *judge, const char **ret_seed);
enum ruling judge_segment(struct judge *judge, size_t segment, struct refusal *ret);

#endif
