/* Translations read from XLIFF 2.0.
 *
 * A unit is a text by its name, with one segment: the source as it was when it was
 * translated, and the target. What is not translated yet (no target, or state initial) is
 * left out, so that the reader falls back to what there is. */
#include "lang/strings.h"

#include "base/text.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define STRINGS_MAX_BYTES (8u << 20)

static const char strings_rng[] =
#include "lang/strings.rng.inc"
    ;

struct strings_reader {
    struct xml_schema *schema;
};

enum status
strings_reader_open(struct notes *notes, struct strings_reader **ret)
{
    struct strings_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return STATUS_NO_MEMORY;
    enum status status =
        xml_schema_open(strings_rng, "strings.rng", notes, &reader->schema);
    if (status == STATUS_OK)
        *ret = reader;
    else
        free(reader);
    return status;
}

void
strings_reader_close(struct strings_reader *reader)
{
    if (!reader)
        return;
    xml_schema_close(reader->schema);
    free(reader);
}

static bool
is_known(const struct strings *strings, const char *id)
{
    for (size_t i = 0; i < strings->count; i++)
        if (strcmp(strings->items[i].id, id) == 0)
            return true;
    return false;
}

static enum status
read_unit(const xmlNode *unit, const char *path, struct arena *arena, struct notes *notes,
          struct strings *strings)
{
    const xmlNode *segment = xml_first(unit, "segment");
    const xmlNode *target = segment ? xml_first(segment, "target") : NULL;
    const char *id = xml_attr(arena, unit, "id");
    const char *state = segment ? xml_attr(arena, segment, "state") : NULL;
    if (!target || text_equal(state, "initial"))
        return STATUS_OK;
    if (id && is_known(strings, id))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_STRINGS_TWICE, path,
                         xml_line(unit), "the text %.60s is translated twice", id);
    struct string *string = arena_append(arena, &strings->items, &strings->count,
                                         &strings->room, sizeof *string);
    if (!string || !id)
        return STATUS_NO_MEMORY;
    const char *source = xml_text(arena, xml_first(segment, "source"));
    const char *text = xml_text(arena, target);
    *string =
        (struct string){id, source ? source : "", text ? text : "", xml_line(target)};
    return STATUS_OK;
}

enum status
strings_read(const struct strings_reader *reader, const char *path, const char *lang,
             struct arena *arena, struct notes *notes, struct strings *ret)
{
    xmlDoc *doc XML_DOC_AUTO = NULL;
    struct strings strings = {0};
    enum status status =
        xml_read_file(path, reader->schema, STRINGS_MAX_BYTES, notes, &doc);
    if (status != STATUS_OK)
        return status;
    const xmlNode *root = xmlDocGetRootElement(doc);
    strings.lang = xml_attr(arena, root, "trgLang");
    if (!strings.lang)
        return STATUS_NO_MEMORY;
    if (strcasecmp(strings.lang, lang) != 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_STRINGS_LANGUAGE, path,
                         xml_line(root),
                         "trgLang is %.40s; expected %.40s, as the file's "
                         "name says",
                         strings.lang, lang);
    for (const xmlNode *file = xml_first(root, "file"); status == STATUS_OK && file;
         file = xml_next(file, "file"))
        for (const xmlNode *unit = xml_first(file, "unit"); status == STATUS_OK && unit;
             unit = xml_next(unit, "unit"))
            status = read_unit(unit, path, arena, notes, &strings);
    if (status == STATUS_OK)
        *ret = strings;
    return status;
}

bool
strings_name_lang(const char *name, const char *stem, char *ret, size_t room)
{
    size_t n = strlen(stem), all = strlen(name);
    if (all <= n + 5 || strncmp(name, stem, n) != 0 || name[n] != '.' ||
        strcmp(name + all - 4, ".xlf") != 0)
        return false;
    size_t length = all - n - 5;
    if (length >= room || memchr(name + n + 1, '.', length))
        return false;
    memcpy(ret, name + n + 1, length);
    ret[length] = '\0';
    return true;
}
