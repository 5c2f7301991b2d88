/* Facts of tier and points: as the points service says them, else as reckoned by the
 * shop's own scheme, else unknown.
 *
 * One source at a time: a service that told of a tier alone is not filled up with points
 * that it would not know. Rewards are the shop's and are looked up for either. */
#include "customer/facts-inside.h"

static double
known_count(int64_t count)
{
    return count < 0 ? NAN : (double)count;
}

static const char *
name_of(const struct tier_rule *tier)
{
    return tier ? tier->name : NULL;
}

static void
set_expiry(struct making *making, int64_t points, struct day day)
{
    struct facts *facts = making->facts;
    bool lapses = points > 0 && day.n >= facts->today.n;

    set_number(making, FACT_POINTS_EXPIRING, lapses ? (double)points : 0);
    set_number(making, FACT_DAYS_TO_EXPIRY,
               lapses ? (double)day.n - facts->today.n : NAN);
    if (lapses)
        day_text(day, facts->expiry_text);
    set_text(making, FACT_POINTS_EXPIRE_ON, facts->expiry_text);
}

static void
set_rewards(struct making *making, int64_t points)
{
    const struct points_scheme *scheme = making->settings.points;
    const struct reward_rule *reward = NULL, *next = NULL;

    if (scheme && points >= 0)
        loyalty_rewards(scheme, points, &reward, &next);
    set_text(making, FACT_REWARD, reward ? reward->name : NULL);
    set_number(making, FACT_REWARD_POINTS, reward ? (double)reward->points : NAN);
    set_text(making, FACT_NEXT_REWARD, next ? next->name : NULL);
    set_number(making, FACT_POINTS_TO_REWARD,
               next ? (double)(next->points - points) : NAN);
}

/* A service that knows points and how many are missing; at the top nothing is missing. */
static double
progress_as_told(const struct history *history)
{
    int64_t missing = history->points_to_next;

    if (history->points >= 0 && missing >= 0 && history->points + missing > 0)
        return floor(100.0 * (double)history->points /
                     ((double)history->points + (double)missing));
    return history->tier && !history->next_tier && missing < 0 ? 100 : NAN;
}

static void
fill_as_told(struct making *making)
{
    const struct history *history = making->history;
    bool has_expiry = history->points_expiring > 0;

    set_text(making, FACT_TIER, history->tier);
    set_text(making, FACT_NEXT_TIER, history->next_tier);
    set_text(making, FACT_RISEN_TO, history->risen_from ? history->tier : NULL);
    set_number(making, FACT_TIER_PROGRESS, progress_as_told(history));
    set_number(making, FACT_POINTS, known_count(history->points));
    set_number(making, FACT_POINTS_EARNED, NAN);
    set_number(making, FACT_POINTS_TO_NEXT, known_count(history->points_to_next));
    set_number(making, FACT_SPEND_TO_NEXT, NAN);
    set_expiry(making, has_expiry ? history->points_expiring : 0,
               has_expiry ? zone_day(making->facts->zone, history->points_expire_s, NULL)
                          : DAY_NONE);
    set_rewards(making, history->points);
    set_truth(making, FACT_IS_MEMBER, true);
}

static void
fill_as_reckoned(struct making *making, const struct points_account *account)
{
    const struct points_scheme *scheme = making->settings.points;
    bool is_priced = !scheme->tiers_by_points && account->next &&
                     text_equal(making->order->currency, scheme->currency);

    set_text(making, FACT_TIER, name_of(account->tier));
    set_text(making, FACT_NEXT_TIER, name_of(account->next));
    set_text(making, FACT_RISEN_TO, name_of(account->risen_to));
    set_number(making, FACT_TIER_PROGRESS, account->progress_percent);
    set_number(making, FACT_POINTS, (double)account->points);
    set_number(making, FACT_POINTS_EARNED, (double)account->earned);
    set_number(making, FACT_POINTS_TO_NEXT,
               scheme->tiers_by_points && account->next ? (double)account->missing : NAN);
    set_number(making, FACT_SPEND_TO_NEXT, is_priced ? (double)account->missing : NAN);
    set_expiry(making, account->expiring, account->expires);
    set_rewards(making, account->points);
    set_truth(making, FACT_IS_MEMBER, true);
}

static void
fill_unknown(struct making *making)
{
    static const enum fact_id texts[] = {FACT_TIER, FACT_NEXT_TIER, FACT_RISEN_TO};
    static const enum fact_id numbers[] = {FACT_TIER_PROGRESS, FACT_POINTS,
                                           FACT_POINTS_EARNED, FACT_POINTS_TO_NEXT,
                                           FACT_SPEND_TO_NEXT};

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        set_text(making, texts[i], NULL);
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        set_number(making, numbers[i], NAN);
    set_expiry(making, 0, DAY_NONE);
    set_number(making, FACT_POINTS_EXPIRING, NAN);
    set_rewards(making, -1);
    set_truth(making, FACT_IS_MEMBER, false);
}

static void
fill_leaderboard(struct making *making)
{
    const struct history *history = making->history;
    bool is_shown = history->place > 0 &&
                    (making->order->customer.consents & CONSENT_LEADERBOARD) != 0;

    set_number(making, FACT_LEADERBOARD_PLACE, is_shown ? (double)history->place : NAN);
    set_number(making, FACT_LEADERBOARD_SIZE,
               is_shown ? (double)history->place_of : NAN);
}

enum status
fill_loyalty(struct making *making)
{
    const struct history *history = making->history;
    const struct points_scheme *scheme = making->settings.points;
    struct points_account account;

    fill_leaderboard(making);
    if (history->tier || history->points >= 0) {
        fill_as_told(making);
        return STATUS_OK;
    }
    if (!scheme || !making->order->customer.id || history->is_partial) {
        fill_unknown(making);
        return STATUS_OK;
    }
    enum status status = loyalty_reckon(scheme, making->facts, making->arena, &account);
    if (status == STATUS_OK)
        fill_as_reckoned(making, &account);
    return status;
}
