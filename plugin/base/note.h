/* Notes: what went wrong or was worth a word, numbered, with its place in the input.
 *
 * A job carries one `struct notes`; the first note is the one that explains the job's
 * status, later ones add to it. All numbers stand in note-list.h, from which the man page
 * is made; tests quote them. Only the station logs. A note's sentence never holds a
 * person's name, address or e-mail. */
#ifndef TUCK_BASE_NOTE_H
#define TUCK_BASE_NOTE_H

#include "base/attr.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum note_id {
#define NOTE(number, symbol, room, level, summary) NOTE_##symbol = (number),
#include "base/note-list.h"
#undef NOTE
};

enum note_level {
    NOTE_ERROR = 1,   /* what was asked for did not happen */
    NOTE_WARNING = 2, /* it happened, but look here */
    NOTE_INFO = 3,
};

/* Where on paper, 1/100 mm; w 0: nowhere in particular. */
struct note_place {
    int32_t page, x, y, w, h; /* page from 0 */
};

struct note {
    enum note_id id;
    enum note_level level;
    const char *room; /* "order", "press" … */
    char file[160];   /* the tail of the path; "" when no file is meant */
    int32_t line;     /* 1-based; 0 when unknown */
    char text[360];   /* one sentence: what is wrong, what was expected */
    struct note_place place;
};

#define NOTES_MAX 64
struct notes {
    struct note note[NOTES_MAX];
    size_t count;
    size_t dropped; /* notes beyond NOTES_MAX */
};

/* Adds a note; `file` may be NULL, `line` 0. Text that is too long is cut at a character.
 * A NULL `notes` is fine: the note is dropped. */
void note_add(struct notes *notes, enum note_id id, const char *file, int32_t line,
              const char *format, ...) PRINTF_LIKE(5, 6);

/* The same, of something that has a place. */
void note_add_at(struct notes *notes, enum note_id id, const char *file, int32_t line,
                 const struct note_place *place, const char *format, ...)
    PRINTF_LIKE(6, 7);

/* note_add() and the status to return, in one: `return note_fail(…);` */
enum status note_fail(struct notes *notes, enum status status, enum note_id id,
                      const char *file, int32_t line, const char *format, ...)
    PRINTF_LIKE(6, 7);

bool notes_have_error(const struct notes *notes);
/* The first note with that id, or NULL. */
const struct note *notes_find(const struct notes *notes, enum note_id id);

/* The registry, in order of number. */
struct note_def {
    enum note_id id;
    enum note_level level;
    const char *symbol;
    const char *room;
    const char *summary;
};
extern const struct note_def note_registry[];
extern const size_t note_registry_count;

#endif
