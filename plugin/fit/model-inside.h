/* What the files of struct model share: its shape, and the check of its parts. */
#ifndef TUCK_FIT_MODEL_INSIDE_H
#define TUCK_FIT_MODEL_INSIDE_H

#include "fit/model.h"

#include <stdatomic.h>

struct model {
    atomic_int references;
    struct arena *arena; /* holds the sections */
    struct model_parts parts;
};

#define MODEL_MAGIC "TUCKFIT\n"
#define MODEL_MAGIC_SIZE 8
#define MODEL_HEAD_SIZE 24
#define MODEL_SUM_SIZE 32
#define MODEL_TAG_SIZE 4

/* The checksum of `n` bytes. */
void model_sum(const void *bytes, size_t n, uint8_t ret[MODEL_SUM_SIZE]);

/* The parts make sense; the status and the file for the note are the caller's. */
enum status model_check(const struct model_parts *parts, enum status refused,
                        const char *file, struct notes *notes) MUST_CHECK;
/* Four capital letters or digits, and a NUL. */
bool model_is_tag(const char *tag);

/* A model of parts that were checked. */
enum status model_make(const struct model_parts *parts, struct notes *notes,
                       struct model **ret) MUST_CHECK;

#endif
