/* Models out of the ledger and products out of their file, shared by all calls.
 *
 * A shop may be open for weeks: the newest model is asked for, and the list's looks are
 * looked at, by the first call after two seconds. A new one takes the place of the old
 * when nobody uses that any more. */
#include "station/knowledge.h"

#include "ledger/study.h"
#include "station/fit.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_EVERY_MS 2000

static struct knowledge *
knowledge_new(void)
{
    struct knowledge *knowledge = calloc(1, sizeof(*knowledge));
    if (knowledge)
        atomic_init(&knowledge->holders, 1);
    return knowledge;
}

static struct knowledge *
knowledge_ref(struct knowledge *knowledge)
{
    atomic_fetch_add_explicit(&knowledge->holders, 1, memory_order_relaxed);
    return knowledge;
}

void
knowledge_unref(struct knowledge *knowledge)
{
    if (!knowledge ||
        atomic_fetch_sub_explicit(&knowledge->holders, 1, memory_order_acq_rel) != 1)
        return;
    learned_unref(knowledge->learned);
    model_unref(knowledge->model);
    assortment_unref(knowledge->assortment);
    free(knowledge);
}

void
knowledge_unrefp(struct knowledge **knowledge)
{
    knowledge_unref(*knowledge);
}

/* --- a model -------------------------------------------------------------------------- */

static enum status
open_learned(const struct tuck_shop *shop, struct knowledge *knowledge,
             struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    const struct model_section *section = model_find(knowledge->model, LEARNED_TAG);
    struct learned_row *rows = NULL;
    size_t count = 0;
    if (!section)
        return STATUS_OK;
    enum status status = arena ? learned_read(section->bytes, section->n, arena, &rows,
                                              &count)
                               : STATUS_NO_MEMORY;
    return status == STATUS_OK ? learned_make(shop->campaign, rows, count, notes,
                                              &knowledge->learned)
                               : status;
}

static enum status
open_model(const struct tuck_shop *shop, const void *bytes, size_t n, int64_t number,
           struct knowledge *knowledge, struct notes *notes)
{
    enum status status = model_read(bytes, n, NULL, notes, &knowledge->model);
    if (status != STATUS_OK)
        return status;
    const struct model_section *next = model_find(knowledge->model, NEXT_TAG);
    knowledge->number = number;
    knowledge->has_next =
        next && next_open(next->bytes, next->n, &knowledge->next) == STATUS_OK;
    return open_learned(shop, knowledge, notes);
}

enum status
knowledge_find(struct tuck_shop *shop, struct ledger *ledger, int64_t number,
               struct notes *notes, struct knowledge **ret)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct knowledge *knowledge CLEANUP(knowledge_unrefp) = knowledge_new();
    const void *bytes = NULL;
    size_t n = 0;
    if (!arena || !knowledge)
        return STATUS_NO_MEMORY;
    enum status status = number == 0 ? STATUS_OK
                                     : ledger_model_find(ledger, shop->settings->merchant,
                                                         number, arena, notes, &bytes, &n);
    if (status == STATUS_OK && number)
        status = open_model(shop, bytes, n, number, knowledge, notes);
    if (status == STATUS_OK)
        *ret = take(knowledge);
    return status;
}

/* --- looking ------------------------------------------------------------------------ */

/* The newest model, when it is not the one that is known; `now` gets it, or what `was`
 * known. */
static void
look_for_model(struct tuck_shop *shop, struct ledger *ledger, const struct knowledge *was,
               struct knowledge *now, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    const void *bytes = NULL;
    size_t n = 0;
    int64_t number = 0;
    enum status status =
        arena ? ledger_model_get(ledger, shop->settings->merchant, was ? was->number : 0,
                                 arena, notes, &bytes, &n, &number)
              : STATUS_NO_MEMORY;
    if (status == STATUS_OK && bytes) {
        status = open_model(shop, bytes, n, number, now, notes);
        if (status == STATUS_OK)
            return;
        note_add(notes, NOTE_MODEL_UNUSED, NULL, 0,
                 "model %lld of the ledger cannot be used; what was known before is",
                 (long long)number);
        learned_unref(take(now->learned));
        model_unref(take(now->model));
        now->has_next = false;
        now->number = 0;
    }
    if (!was || !was->model)
        return;
    now->model = model_ref(was->model);
    now->learned = was->learned ? learned_ref(was->learned) : NULL;
    now->has_next = was->has_next;
    now->next = was->next;
    now->number = was->number;
}

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void
look_for_products(struct tuck_shop *shop, const struct knowledge *was,
                  struct knowledge *now, struct notes *notes)
{
    struct stat looks = {0};
    const char *path = shop->settings->products;
    if (!path)
        return;
    bool is_there = stat(path, &looks) == 0;
    if (was && is_there && is_same_file(&looks, &shop->products_looks)) {
        now->assortment = assortment_ref(was->assortment);
        return;
    }
    shop->products_looks = looks;
    if (assortment_open(path, notes, &now->assortment) != STATUS_OK && was)
        now->assortment = assortment_ref(was->assortment);
}

struct knowledge *
knowledge_get(struct tuck_shop *shop, struct ledger *ledger, struct notes *notes)
{
    int64_t now_ms = clock_monotonic_ms();
    pthread_mutex_lock(&shop->knowledge_lock);
    struct knowledge *was = shop->knowledge;
    if (!was || now_ms - shop->knowledge_ms >= LOOK_EVERY_MS) {
        struct knowledge *now = knowledge_new();
        if (now) {
            look_for_model(shop, ledger, was, now, notes);
            look_for_products(shop, was, now, notes);
            knowledge_unref(was);
            shop->knowledge = now;
            shop->knowledge_ms = now_ms;
        }
    }
    struct knowledge *knowledge = shop->knowledge ? knowledge_ref(shop->knowledge) : NULL;
    pthread_mutex_unlock(&shop->knowledge_lock);
    return knowledge;
}
