/* Key files: the secrets that codes are signed with and customers' pseudonyms made with.
 *
 * An XML file of one merchant, for its owner's eyes only (mode 0600, else refused), never
 * in the shop's folder by default. Several code keys may be in it: the newest that is not
 * retired mints, all that are not retired verify. The customer key never changes: with
 * another one the ledger's customers are strangers. Secrets are never in a note. */
#ifndef TUCK_MINT_KEYS_H
#define TUCK_MINT_KEYS_H

#include "base/day.h"
#include "base/note.h"

#define KEYS_MOST 8 /* code keys in a file */

struct keys; /* immutable, counted, wiped when the last reference goes; any thread */

/* Opens a merchant's file. STATUS_BAD_INPUT: not one, another merchant's, or open to
 * others than its owner. */
enum status keys_open(const char *path, const char *merchant, struct notes *notes,
                      struct keys **ret);
struct keys *keys_ref(struct keys *keys); /* NULL is fine */
void keys_unref(struct keys *keys);       /* NULL is fine */

/* Makes a new file with a customer key and a first code key; the folder it is in, too.
 * Never over one that is there: STATUS_BAD_INPUT. */
enum status keys_make(const char *path, const char *merchant, struct day today,
                      struct notes *notes);
/* Adds a code key, from now on the one that mints. The file is replaced as a whole. */
enum status keys_rotate(const char *path, const char *merchant, struct day today,
                        struct notes *notes);
/* Retires a code key: what it signed is forged from now on. Not the only one left. */
enum status keys_retire(const char *path, const char *merchant, const char *id,
                        struct day today, struct notes *notes);

struct key_info {
    char id[32];
    struct day from, retired; /* DAY_NONE: not retired */
    bool mints;
};
size_t keys_count(const struct keys *keys);
void keys_info(const struct keys *keys, size_t index, struct key_info *ret);
const char *keys_merchant(const struct keys *keys);

/* What stands for somebody in the ledger: 26 letters of 130 bits of a MAC, the same for
 * the same kind ("customer", "household") and id, and no way back without the key. */
#define PSEUDONYM_SIZE 27
void keys_pseudonym(const struct keys *keys, const char *kind, const char *id,
                    char ret[PSEUDONYM_SIZE]);

#endif
