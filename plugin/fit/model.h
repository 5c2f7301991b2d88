/* A model: all that `tuck fit` learned from the customers, as one thing that never changes.
 *
 * Stations ask it at the bench; it is made once, kept as bytes, read back and shared.
 * A part that could not be fitted is absent, never guessed. Rooms that learn other things
 * (what goes with what …) put them in as sections of their own: this room keeps and hands
 * back their bytes without knowing what they mean.
 *
 * The bytes, little endian:
 *   0   8  "TUCKFIT" and a line feed
 *   8   4  version: MODEL_VERSION
 *   12  4  count of sections
 *   16  8  length of it all
 *   24  …  sections: 4 bytes of tag (capital letters and digits), 4 of length n, n bytes
 *   end 32 SHA-256 of everything before
 * Sections known here, each at most once, in any order; BASE must be there. Numbers are
 * int64 and IEEE 754 double, one after the other in the order of the structs:
 *   BASE  day trained (since 1970-01-01), customers, currency (3 letters and a zero)
 *   BGNB  struct bgnbd    SPND  struct spend    RFMC  struct rfm
 * A later version of tuck adds sections; a reader keeps those it does not know. The
 * version is raised only when what is here gets another meaning. */
#ifndef TUCK_FIT_MODEL_H
#define TUCK_FIT_MODEL_H

#include "base/day.h"
#include "base/note.h"
#include "base/text.h"
#include "fit/bgnbd.h"
#include "fit/rfm.h"
#include "fit/spend.h"

#define MODEL_VERSION 1
#define MODEL_SECTIONS_MAX 64

struct model;

struct model_section {
    char tag[5]; /* four capital letters or digits; those of this room are taken */
    const void *bytes;
    size_t n;
};

struct model_parts {
    struct day trained; /* the last day whose purchases it knows */
    int64_t customers;  /* it was trained on */
    char currency[4];   /* of all money in it; "" when there is none */
    bool has_bgnbd;
    bool has_spend;
    bool has_rfm;
    struct bgnbd bgnbd;
    struct spend spend;
    struct rfm rfm;
    const struct model_section *sections; /* of other rooms; lent */
    size_t section_count;
};

/* A model of these parts, which are copied. STATUS_BAD_CALL with NOTE_MODEL_PARTS when
 * they make no sense (parameters that are not sound, no day, a tag taken or twice);
 * STATUS_NO_MEMORY. */
enum status model_new(const struct model_parts *parts, struct notes *notes,
                      struct model **ret) MUST_CHECK;
struct model *model_ref(struct model *model); /* NULL is fine */
void model_unref(struct model *model);        /* NULL is fine */
void model_unrefp(struct model **model);      /* for CLEANUP */

/* What it holds; lent as long as the model lives. Any thread. */
const struct model_parts *model_parts(const struct model *model);
/* The section of another room by its tag, or NULL; lent like the rest. */
const struct model_section *model_find(const struct model *model, const char *tag);

/* Adds the bytes to `out` (whose ceiling the caller sets); the same model gives the same
 * bytes. Look at out->failed. */
void model_write(const struct model *model, struct buf *out);

/* Reads what model_write() wrote; anything else is refused. `file` is for the notes, may
 * be NULL. STATUS_BAD_INPUT with NOTE_MODEL_DAMAGED (not a model, cut short, a byte
 * changed) or NOTE_MODEL_PARTS (whole, but it makes no sense); STATUS_TOO_NEW with
 * NOTE_MODEL_TOO_NEW; STATUS_NO_MEMORY. */
enum status model_read(const void *bytes, size_t n, const char *file, struct notes *notes,
                       struct model **ret) MUST_CHECK;

/* Adds the model as text for people: one figure a line, no names of customers. */
void model_dump(const struct model *model, struct buf *out);

#endif
