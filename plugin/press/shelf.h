/* A small cache: values by text keys, the longest unused one goes when it is full. What
 * find and add give is lent until the next add. */
#ifndef TUCK_PRESS_SHELF_H
#define TUCK_PRESS_SHELF_H

#include "base/status.h"
#include "base/text.h"

#define SHELF_MAX 128

struct shelf_item {
    char *key;
    void *value;
    size_t size;
    uint64_t used;
};

struct shelf {
    void (*free_value)(void *value);
    size_t most_size; /* of all values together */
    size_t size, count;
    uint64_t clock;
    struct shelf_item items[SHELF_MAX];
};

void shelf_done(struct shelf *shelf);
void *shelf_find(struct shelf *shelf, const char *key);
/* Takes the value over, also when it fails (then it is freed). */
enum status shelf_add(struct shelf *shelf, const char *key, void *value, size_t size);

/* Adds what tells one content of a file from another (inode, size, time of change) to a
 * key; false when the file is not there. */
bool shelf_key_add_file(struct buf *key, const char *path);

#endif
