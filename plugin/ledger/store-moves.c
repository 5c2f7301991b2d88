/* Units on the move.
 *
 * Where many write at once, a counter that one transaction has touched is waited for by
 * all others that need it until that transaction ends. Were each to touch counters as it
 * comes upon them, two would soon wait for each other, and all others for those two. So
 * takes and gives of a whole transaction, of however many promises, are put off to its
 * end and done in one order that all keep: what few share first, what all share last, and
 * of a limit the gives before the takes. */
#include "ledger/store-moves.h"

#include <stdlib.h>
#include <string.h>

struct move {
    struct unit unit;
    bool is_give;
    size_t owner;
};

struct moves { /* lives in its own arena */
    struct arena *arena;
    const char *merchant;
    struct move *moves;
    size_t count, room;
};

static enum status
add(struct store *store, const char *merchant, const struct unit *unit, bool is_give,
    size_t owner)
{
    if (!store->moves) {
        struct arena *arena = arena_new(0);
        struct moves *moves = arena ? arena_make(arena, sizeof(*moves)) : NULL;
        if (!moves) {
            arena_free(arena);
            return STATUS_NO_MEMORY;
        }
        moves->arena = arena;
        moves->merchant = arena_strdup(arena, merchant);
        store->moves = moves;
    }
    struct moves *moves = store->moves;
    struct move *move = arena_append(moves->arena, &moves->moves, &moves->count,
                                     &moves->room, sizeof(*move));
    if (!move || !moves->merchant)
        return STATUS_NO_MEMORY;
    *move = (struct move){.unit = *unit, .is_give = is_give, .owner = owner};
    move->unit.name = arena_strdup(moves->arena, unit->name);
    move->unit.scope = arena_strdup(moves->arena, unit->scope);
    return move->unit.name && move->unit.scope ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status
moves_take(struct store *store, const char *merchant, const struct unit *units,
           size_t count, size_t owner)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = add(store, merchant, &units[i], false, owner);
    return status;
}

enum status
moves_give(struct store *store, const char *merchant, const struct unit *units,
           size_t count)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = add(store, merchant, &units[i], true, 0);
    return status;
}

static int
compare_moves(const void *a, const void *b)
{
    const struct move *one = a, *other = b;
    int order = unit_compare(&one->unit, &other->unit);
    if (!order)
        order = other->is_give - one->is_give;
    if (!order)
        order = (one->unit.first_day > other->unit.first_day) -
                (one->unit.first_day < other->unit.first_day);
    return order ? order : (one->owner > other->owner) - (one->owner < other->owner);
}

enum status
moves_settle(struct store *store, struct arena *arena, struct notes *notes,
             size_t *ret_owner, const char **ret_name)
{
    struct moves *moves = store->moves;
    enum status status = STATUS_OK;
    if (!moves)
        return STATUS_OK;
    qsort(moves->moves, moves->count, sizeof(*moves->moves), compare_moves);
    for (size_t i = 0; status == STATUS_OK && i < moves->count; i++) {
        const struct move *move = &moves->moves[i];
        status = move->is_give ? unit_give(store, moves->merchant, &move->unit, notes)
                               : unit_take(store, moves->merchant, &move->unit, notes);
        if (status == STATUS_WITHOUT) {
            *ret_owner = move->owner;
            *ret_name = arena_strdup(arena, move->unit.name);
            status = *ret_name ? STATUS_WITHOUT : STATUS_NO_MEMORY;
        }
    }
    moves_drop(store);
    return status;
}

void
moves_drop(struct store *store)
{
    if (store->moves)
        arena_free(store->moves->arena);
    store->moves = NULL;
}
