/* Translations of a file's texts, in XLIFF 2.0: what translators' tools read and write.
 */
#ifndef TUCK_LANG_STRINGS_H
#define TUCK_LANG_STRINGS_H

#include "base/arena.h"
#include "base/note.h"
#include "base/status.h"

#include <stddef.h>

struct string {
    const char *id;
    const char *source, *target;
    int32_t line;
};

/* Of one file. Lives in the arena it was read into. */
struct strings {
    const char *lang;
    struct string *items; /* those that are translated: with a target, not "initial" */
    size_t count, room;
};

struct strings_reader; /* the compiled schema; immutable, any thread */
enum status strings_reader_open(struct notes *notes, struct strings_reader **ret);
void strings_reader_close(struct strings_reader *reader);

/* Reads one file of translations into `lang`. Notes have file and line. */
enum status strings_read(const struct strings_reader *reader, const char *path,
                         const char *lang, struct arena *arena, struct notes *notes,
                         struct strings *ret);

/* The language of a file of translations by its name: "de" of "template.de.xlf" for the
 * stem "template"; in `ret` of `room` bytes. False: it is none of that stem. */
bool strings_name_lang(const char *name, const char *stem, char *ret, size_t room);

#endif
