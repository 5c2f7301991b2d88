/* What the faces share. Inside abi/. */
#ifndef TUCK_ABI_ENTRY_H
#define TUCK_ABI_ENTRY_H

#include "base/note.h"
#include "tuck.h"

struct tuck_notes {
    struct notes notes;
};

/* Up to here a struct must reach to be of any use. */
#define LEAST(type, member) (offsetof(type, member) + sizeof(((type *)0)->member))

struct tuck_notes *notes_new(void);
/* To the host, or away when it does not want them. */
void notes_give(struct tuck_notes *notes, struct tuck_notes **ret);

extern const struct tuck_promise_face promise_face;
extern const struct tuck_print_face print_face;
extern const struct tuck_wave_face wave_face;
extern const struct tuck_learn_face learn_face;

#endif
