/* Notes: the registry, and adding to a job's list. */
#include "base/note.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct note_def note_registry[] = {
#define NOTE(number, symbol, room, level, summary)                                       \
    {NOTE_##symbol, level, #symbol, room, summary},
#include "base/note-list.h"
#undef NOTE
};
const size_t note_registry_count = COUNT_OF(note_registry);

static const struct note_def *
find_def(enum note_id id)
{
    for (size_t i = 0; i < note_registry_count; i++)
        if (note_registry[i].id == id)
            return &note_registry[i];
    return NULL;
}

/* The end of a path says more than its beginning. */
static void
copy_tail(char *out, size_t room, const char *text)
{
    size_t n = strlen(text);
    if (n >= room)
        text += n - room + 1;
    while (((unsigned char)*text & 0xC0) == 0x80) /* not in the middle of a character */
        text++;
    memcpy(out, text, strlen(text) + 1);
}

static void
cut_at_character(char *text, size_t room)
{
    size_t n = strlen(text);
    if (n + 1 < room)
        return;
    while (n > 0 && ((unsigned char)text[n - 1] & 0xC0) == 0x80)
        n--;
    if (n > 0 && (unsigned char)text[n - 1] >= 0xC0)
        n--;
    text[n] = '\0';
}

/* A note quotes what strangers wrote and ends in logs and on terminals: one line, no
 * controls, whole characters. */
static void
make_plain(char *text)
{
    size_t kept = 0;
    for (size_t i = 0, n = strlen(text), length; i < n; i += length) {
        unsigned char c = (unsigned char)text[i];
        length = text_char_length(text + i, n - i);
        bool is_control = c < 0x20 || c == 0x7F ||
                          (length == 2 && c == 0xC2 && (unsigned char)text[i + 1] < 0xA0);
        if (length > 0 && !is_control) {
            memmove(text + kept, text + i, length);
            kept += length;
        } else {
            text[kept++] = c < 0x20 ? ' ' : '?';
            length = length ? length : 1;
        }
    }
    text[kept] = '\0';
}

static void
add(struct notes *notes, enum note_id id, const char *file, int32_t line,
    const struct note_place *place, const char *format, va_list args)
{
    const struct note_def *def = find_def(id);
    if (!notes)
        return;
    if (notes->count == NOTES_MAX) {
        notes->dropped++;
        /* What failed must be told, however much was remarked before. */
        if (!def || def->level != NOTE_ERROR ||
            notes->note[NOTES_MAX - 1].level == NOTE_ERROR)
            return;
        notes->count--;
    }
    struct note *note = &notes->note[notes->count++];
    *note = (struct note){.id = id,
                          .place = place ? *place : (struct note_place){0},
                          .level = def ? def->level : NOTE_ERROR,
                          .room = def ? def->room : "?",
                          .line = line};
    copy_tail(note->file, sizeof(note->file), file ? file : "");
    vsnprintf(note->text, sizeof(note->text), format, args);
    cut_at_character(note->text, sizeof(note->text));
    make_plain(note->file);
    make_plain(note->text);
}

void
note_add(struct notes *notes, enum note_id id, const char *file, int32_t line,
         const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(notes, id, file, line, NULL, format, args);
    va_end(args);
}

void
note_add_at(struct notes *notes, enum note_id id, const char *file, int32_t line,
            const struct note_place *place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(notes, id, file, line, place, format, args);
    va_end(args);
}

enum status
note_fail(struct notes *notes, enum status status, enum note_id id, const char *file,
          int32_t line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(notes, id, file, line, NULL, format, args);
    va_end(args);
    return status;
}

bool
notes_have_error(const struct notes *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        if (notes->note[i].level == NOTE_ERROR)
            return true;
    return false;
}

const struct note *
notes_find(const struct notes *notes, enum note_id id)
{
    for (size_t i = 0; i < notes->count; i++)
        if (notes->note[i].id == id)
            return &notes->note[i];
    return NULL;
}
