/* Posteriors of offers by groups of customers, made once and looked up by many. */
#include "campaign/learned.h"

#include "stats/special.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct group {
    const char *name; /* NULL: all groups that nothing is known of */
    int64_t tries, successes;
    struct learned_chances chances;
};

struct groups { /* of one offer, by name; the first is everybody's */
    struct group *group;
    size_t count;
    int64_t tries, successes;
};

struct learned {
    atomic_int holders;
    struct arena *arena;
    struct groups *offers;
    size_t offer_count;
};

static int
by_name(const void *left, const void *right)
{
    const struct group *a = left, *b = right;
    return strcmp(a->name, b->name);
}

static struct group *
find_group(const struct groups *groups, const char *name)
{
    const struct group key = {.name = name};
    if (groups->count < 2)
        return NULL;
    return bsearch(&key, groups->group + 1, groups->count - 1, sizeof key, by_name);
}

static size_t
find_offer(const struct campaign *campaign, const char *name)
{
    size_t i = 0;
    while (i < campaign->offer_count && strcmp(campaign->offers[i].name, name) != 0)
        i++;
    return i;
}

/* The group's row, or a new one at the end; the array has room for all. */
static struct group *
add_group(struct learned *learned, struct groups *groups, const char *name)
{
    for (size_t i = 1; i < groups->count; i++)
        if (strcmp(groups->group[i].name, name) == 0)
            return &groups->group[i];
    struct group *group = &groups->group[groups->count];
    group->name = arena_strdup(learned->arena, name);
    if (group->name == NULL)
        return NULL;
    groups->count++;
    return group;
}

static void
spread(const struct learning *learning, double mean, struct group *group)
{
    double a = learning->strength * mean + (double)group->successes;
    double b =
        learning->strength * (1.0 - mean) + (double)(group->tries - group->successes);

    for (int i = 0; i < LEARNED_VALUES; i++)
        group->chances.value[i] = beta_quantile(a, b, (i + 0.5) / LEARNED_VALUES);
    group->chances.mean = a / (a + b);
    group->chances.tries = group->tries;
}

static void
spread_all(const struct campaign *campaign, struct groups *groups)
{
    const struct learning *learning = &campaign->learning;
    double mean =
        (learning->strength * learning->prior + (double)groups->successes) /
        (learning->strength + (double)groups->tries);

    for (size_t i = 0; i < groups->count; i++)
        spread(learning, mean, &groups->group[i]);
    if (groups->count > 1)
        qsort(groups->group + 1, groups->count - 1, sizeof *groups->group, by_name);
}

/* Rows a row of one offer may need, the first for everybody. */
static bool
make_room(struct learned *learned, const struct campaign *campaign,
          const struct learned_row *rows, size_t count)
{
    for (size_t i = 0; i < campaign->offer_count; i++) {
        size_t most = 1;
        for (size_t k = 0; k < count; k++)
            most += strcmp(rows[k].offer, campaign->offers[i].name) == 0;
        learned->offers[i].group =
            arena_make_array(learned->arena, most, sizeof *learned->offers[i].group);
        if (learned->offers[i].group == NULL)
            return false;
        learned->offers[i].count = 1;
    }
    return true;
}

static bool
count_rows(struct learned *learned, const struct campaign *campaign,
           const struct learned_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t place = find_offer(campaign, rows[i].offer);
        if (place == campaign->offer_count || rows[i].tries < rows[i].successes ||
            rows[i].successes < 0)
            continue;
        struct groups *groups = &learned->offers[place];
        struct group *group = add_group(learned, groups, rows[i].group);
        if (group == NULL)
            return false;
        group->tries += rows[i].tries;
        group->successes += rows[i].successes;
        groups->tries += rows[i].tries;
        groups->successes += rows[i].successes;
    }
    return true;
}

enum status
learned_make(const struct campaign *campaign, const struct learned_row *rows,
             size_t count, struct notes *notes, struct learned **ret)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct learned *learned = arena != NULL ? arena_make(arena, sizeof *learned) : NULL;

    if (learned != NULL) {
        learned->arena = arena;
        learned->offer_count = campaign->offer_count;
        learned->offers =
            arena_make_array(arena, campaign->offer_count, sizeof *learned->offers);
        atomic_init(&learned->holders, 1);
    }
    if (learned == NULL || learned->offers == NULL ||
        !make_room(learned, campaign, rows, count) ||
        !count_rows(learned, campaign, rows, count))
        return note_fail(notes, STATUS_NO_MEMORY, NOTE_NO_MEMORY, campaign->path, 0,
                         "memory is out for what was learnt");
    for (size_t i = 0; i < campaign->offer_count; i++)
        if (campaign->offers[i].placement->rank == RANK_LEARN)
            spread_all(campaign, &learned->offers[i]);
    take(arena); /* its own now */
    *ret = learned;
    return STATUS_OK;
}

struct learned *
learned_ref(struct learned *learned)
{
    atomic_fetch_add_explicit(&learned->holders, 1, memory_order_relaxed);
    return learned;
}

void
learned_unref(struct learned *learned)
{
    if (learned != NULL &&
        atomic_fetch_sub_explicit(&learned->holders, 1, memory_order_acq_rel) == 1)
        arena_free(learned->arena); /* it lies in it */
}

const struct learned_chances *
learned_find(const struct learned *learned, size_t offer, const char *group)
{
    const struct groups *groups = &learned->offers[offer];
    const struct group *found = find_group(groups, group);
    return &(found != NULL ? found : &groups->group[0])->chances;
}
