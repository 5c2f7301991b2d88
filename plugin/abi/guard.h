/* What the faces do alike: names are looked at, notes given, structs handed out.
 * Inside abi/. */
#ifndef TUCK_ABI_GUARD_H
#define TUCK_ABI_GUARD_H

#include "abi/entry.h"
#include "abi/sized.h"

#include <string.h>

#define NAME_MOST 256 /* of codes, orders, customers, places: more is rubbish */

static inline bool
is_name(const char *text)
{
    return text && text[0] && strnlen(text, NAME_MOST + 1) <= NAME_MOST;
}

static inline bool
is_name_or_null(const char *text)
{
    return !text || strnlen(text, NAME_MOST + 1) <= NAME_MOST;
}

/* Runs `call`, which fills `notes->notes`, when the arguments are right. */
#define WITH_NOTES(are_right, call)                                                      \
    do {                                                                                 \
        if (!(are_right))                                                                \
            return TUCK_BAD_CALL;                                                        \
        struct tuck_notes *notes = notes_new();                                          \
        if (!notes)                                                                      \
            return TUCK_NO_MEMORY;                                                       \
        enum status with_notes_status = (call);                                          \
        notes_give(notes, ret_notes);                                                    \
        return (tuck_status)with_notes_status;                                           \
    } while (0)

/* Looks at what was found: `finding` fills `one`. */
#define OUT(type, finding)                                                               \
    struct type one;                                                                     \
    if (!found || !ret)                                                                  \
        return TUCK_BAD_CALL;                                                            \
    if (!(finding))                                                                      \
        return TUCK_WITHOUT;                                                             \
    return (tuck_status)sized_out(&one, sizeof(one), ret)

#endif
