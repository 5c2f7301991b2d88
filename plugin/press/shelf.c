/* The worker's shelves: parsed art, decoded pictures, finished plates.
 *
 * A few dozen entries searched from end to end: a shop has few templates, and a look-up
 * costs nothing beside drawing. A file that changed has another key; its old entry is
 * never found again and goes when room is needed. */
#include "press/shelf.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void
drop(struct shelf *shelf, size_t at)
{
    struct shelf_item *item = &shelf->items[at];
    shelf->size -= item->size;
    shelf->free_value(item->value);
    free(item->key);
    *item = shelf->items[--shelf->count];
}

void
shelf_done(struct shelf *shelf)
{
    while (shelf->count)
        drop(shelf, shelf->count - 1);
}

void *
shelf_find(struct shelf *shelf, const char *key)
{
    for (size_t i = 0; i < shelf->count; i++) {
        if (strcmp(shelf->items[i].key, key) == 0) {
            shelf->items[i].used = ++shelf->clock;
            return shelf->items[i].value;
        }
    }
    return NULL;
}

enum status
shelf_add(struct shelf *shelf, const char *key, void *value, size_t size)
{
    char *copy = strdup(key);
    if (copy == NULL) {
        shelf->free_value(value);
        return STATUS_NO_MEMORY;
    }
    while (shelf->count &&
           (shelf->count == SHELF_MAX || shelf->size + size > shelf->most_size)) {
        size_t oldest = 0;
        for (size_t i = 1; i < shelf->count; i++)
            if (shelf->items[i].used < shelf->items[oldest].used)
                oldest = i;
        drop(shelf, oldest);
    }
    shelf->items[shelf->count++] = (struct shelf_item){copy, value, size, ++shelf->clock};
    shelf->size += size;
    return STATUS_OK;
}

bool
shelf_key_add_file(struct buf *key, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    buf_printf(key, "%s %ju %jd %jd.%09ld;", path, (uintmax_t)st.st_ino,
               (intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
    return true;
}
