/* A template's texts: its params, and what they are in other languages.
 *
 * Translations of template.xml stand beside it, in template.de.xlf and so on; those of a
 * theme beside the theme. They become params with a language, which belong to the file
 * that they translate. A translation of no text is told, as is one whose holes are not
 * those of its text; that a text has changed since is told in proofs only. */
#include "page/page-inside.h"

#include "lang/message.h"

#include <string.h>

static const struct param *
find_source(const struct template *tpl, const char *origin, const char *name)
{
    for (size_t i = 0; i < tpl->param_count; i++)
        if (!tpl->params[i].lang && strcmp(tpl->params[i].name, name) == 0 &&
            strcmp(tpl->params[i].origin, origin) == 0)
            return &tpl->params[i];
    return NULL;
}

/* The name of the next hole; NULL when there is none. */
static const char *
next_hole(const char **text, char name[65])
{
    const char *p = *text;
    while ((p = strstr(p, "{$"))) {
        size_t n = strcspn(p + 2, " ,{}\t\r\n");
        p += 2 + n;
        if (n > 0 && n < 65) {
            memcpy(name, p - n, n);
            name[n] = '\0';
            *text = p;
            return name;
        }
    }
    return NULL;
}

static bool
has_hole(const char *text, const char *wanted)
{
    char name[65];
    while (next_hole(&text, name))
        if (strcmp(name, wanted) == 0)
            return true;
    return false;
}

/* A hole of `from` that `to` lacks. */
static bool
lacks_hole(const char *from, const char *to, char name[65])
{
    while (next_hole(&from, name))
        if (!has_hole(to, name))
            return true;
    return false;
}

void
param_check(struct loader *loader, const struct param *param)
{
    struct message_hole hole;
    char error[80];
    for (const char *p = strchr(param->text, '{'); p; p = strchr(p + 1, '{')) {
        if (!message_find(p, &hole))
            continue;
        if (message_check(&hole, param->lang ? param->lang : "en", error) != STATUS_OK) {
            loader->faults++;
            note_add(loader->notes, NOTE_MESSAGE_BAD, param->file, param->line,
                     "{$%s,…} in text %.60s is not well-formed (%s)", hole.name,
                     param->name, error);
        }
        p += hole.all_n - 1;
    }
}

static void
add_translation(struct loader *loader, const char *origin, const char *path,
                const char *lang, const struct string *string)
{
    struct template *tpl = loader->tpl;
    const struct param *source = find_source(tpl, origin, string->id);
    char hole[65];
    if (!source) {
        note_add(loader->notes, NOTE_STRINGS_UNKNOWN, path, string->line,
                 "there is no text %.60s to translate", string->id);
        return;
    }
    if (lacks_hole(source->text, string->target, hole) ||
        lacks_hole(string->target, source->text, hole))
        note_add(loader->notes, NOTE_STRINGS_HOLES, path, string->line,
                 "text %.60s and its translation have not the same holes: {$%s}",
                 string->id, hole);
    bool is_fixed = source->is_fixed;
    struct param *param = arena_append(tpl->arena, &tpl->params, &tpl->param_count,
                                       &tpl->param_room, sizeof *param);
    if (!param)
        return;
    *param = (struct param){.name = string->id,
                            .lang = lang,
                            .text = string->target,
                            .file = path,
                            .line = string->line,
                            .origin = origin,
                            .source = string->source,
                            .is_fixed = is_fixed};
    param_check(loader, param);
}

static void
load_file(struct loader *loader, const char *origin, const char *dir, const char *name,
          const char *lang)
{
    struct template *tpl = loader->tpl;
    struct template_file *file = template_add_file(tpl);
    struct strings strings;
    if (!file)
        return;
    char *path = arena_printf(tpl->arena, "%s/%s", dir, name);
    char *of = arena_strdup(tpl->arena, lang);
    file->path = path ? path : "";
    if (!path || !of || stat(path, &file->stat) != 0)
        return;
    if (strings_read(loader->pages->strings, path, lang, tpl->arena, loader->notes,
                     &strings) != STATUS_OK) {
        loader->faults++;
        return;
    }
    for (size_t i = 0; i < strings.count; i++)
        add_translation(loader, origin, path, of, &strings.items[i]);
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
template_load_strings(struct loader *loader, const char *origin)
{
    struct template *tpl = loader->tpl;
    char lang[40], *dir = arena_strdup(tpl->arena, origin);
    struct template_file *folder = template_add_file(tpl);
    if (!dir || !folder)
        return;
    char *base = strrchr(dir, '/');
    *base++ = '\0';
    char *dot = strrchr(base, '.');
    if (dot)
        *dot = '\0';
    /* The folder's own looks tell when a translation is new. */
    folder->path = dir;
    if (stat(dir, &folder->stat) != 0)
        return;
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *entries = g_dir_open(dir, 0, NULL);
    for (const char *name; entries && (name = g_dir_read_name(entries));)
        if (strings_name_lang(name, base, lang, sizeof lang))
            g_ptr_array_add(names, g_strdup(name));
    if (entries)
        g_dir_close(entries);
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        (void)strings_name_lang(name, base, lang, sizeof lang);
        load_file(loader, origin, dir, name, lang);
    }
    g_ptr_array_free(names, TRUE);
}

void
param_tell(const struct template *tpl, const struct param *param, const char *lang,
           struct notes *notes)
{
    const struct param *source = find_source(tpl, param->origin, param->name);
    bool is_own = param->lang && lang_fits(param->lang, lang) >= 2;
    if (param->is_fixed)
        return;
    if (!is_own && param->text[0])
        note_add(notes, NOTE_STRING_MISSING, param->file, param->line,
                 "the text %.60s of template %.60s is not translated", param->name,
                 tpl->name);
    else if (is_own && param->source && source &&
             strcmp(param->source, source->text) != 0)
        note_add(notes, NOTE_STRINGS_STALE, param->file, param->line,
                 "the text %.60s of template %.60s has changed since it was translated",
                 param->name, tpl->name);
}
