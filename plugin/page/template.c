/* Templates: what a template file and its themes declare.
 *
 * Read, validated and checked once, then kept with its stylesheet until a file of it
 * changes. What the template declares goes over what its themes do. Every fault in the
 * files is told with its line; one is enough to refuse the template. */
#include "base/length.h"
#include "page/page-inside.h"

#include <stdlib.h>
#include <string.h>

#define TEMPLATE_MAX_BYTES (2u << 20)
#define TEMPLATE_MAX_MEMORY (32u << 20)

static const struct rgba black = {0, 0, 0, 1}, white = {1, 1, 1, 1}, none = {0, 0, 0, 0};

void
loader_fault(struct loader *loader, enum note_id id, const xmlNode *node,
             const char *format, ...)
{
    char text[360];
    va_list args;
    va_start(args, format);
    g_vsnprintf(text, sizeof text, format, args);
    va_end(args);
    loader->faults++;
    note_add(loader->notes, id, loader->file, xml_line(node), "%s", text);
}

const struct style *
template_style(const struct template *tpl, const char *name)
{
    for (size_t i = 0; i < tpl->style_count; i++)
        if (strcmp(tpl->styles[i].name, name) == 0)
            return &tpl->styles[i];
    return NULL;
}

bool
template_has_param(const struct template *tpl, const char *name)
{
    for (size_t i = 0; i < tpl->param_count; i++)
        if (strcmp(tpl->params[i].name, name) == 0)
            return true;
    return false;
}

static bool
hex_colour(const char *text, struct rgba *ret)
{
    if (text[0] != '#' || strspn(text + 1, "0123456789abcdefABCDEF") != 6 || text[7])
        return false;
    unsigned long rgb = strtoul(text + 1, NULL, 16);
    *ret = (struct rgba){(double)(rgb >> 16) / 255.0, (double)(rgb >> 8 & 255) / 255.0,
                         (double)(rgb & 255) / 255.0, 1};
    return true;
}

bool
template_colour(const struct template *tpl, const char *text, struct rgba *ret)
{
    for (size_t i = 0; i < tpl->colour_count; i++)
        if (strcmp(tpl->colours[i].name, text) == 0) {
            *ret = tpl->colours[i].rgba;
            return true;
        }
    if (strcmp(text, "none") == 0)
        *ret = none;
    else if (strcmp(text, "white") == 0)
        *ret = white;
    else if (strcmp(text, "black") == 0)
        *ret = black;
    else
        return hex_colour(text, ret);
    return true;
}

void
template_use(struct template *tpl, const char *name)
{
    for (size_t i = 0; i < tpl->used_count; i++)
        if (strcmp(tpl->used[i], name) == 0)
            return;
    const char **slot = arena_append(tpl->arena, &tpl->used, &tpl->used_count,
                                     &tpl->used_room, sizeof *slot);
    if (slot)
        *slot = arena_strdup(tpl->arena, name);
}

/* Number and length attributes that the schema has already looked at. */
static double
decimal(struct arena *arena, const xmlNode *node, const char *name, double otherwise)
{
    char *text = xml_attr(arena, node, name);
    double value = otherwise;
    if (text)
        (void)text_to_double(text[0] == '+' ? text + 1 : text, &value);
    return value;
}

static int32_t
length(struct loader *loader, const xmlNode *node, const char *name, int32_t otherwise)
{
    char *text = xml_attr(loader->tpl->arena, node, name);
    int32_t value = otherwise;
    if (text && !length_parse(text, &value))
        loader_fault(loader, NOTE_TEMPLATE_BAD_NUMBER, node,
                     "%s=\"%s\" is too long a length", name, text);
    return value;
}

static void
check_once(struct loader *loader, const xmlNode *node, const char *name)
{
    for (const xmlNode *before = node->prev; before; before = before->prev) {
        if (!xml_is(before, (const char *)node->name))
            continue;
        char *other = xml_attr(loader->tpl->arena, before, "name");
        if (text_equal(other, name))
            loader_fault(loader, NOTE_TEMPLATE_TWICE, node,
                         "%s %s stands twice, first in line %d", (const char *)node->name,
                         name, (int)xml_line(before));
    }
}

static void
load_colour(struct loader *loader, const xmlNode *node)
{
    struct template *tpl = loader->tpl;
    struct colour *colour = arena_append(tpl->arena, &tpl->colours, &tpl->colour_count,
                                         &tpl->colour_room, sizeof *colour);
    if (!colour)
        return;
    colour->name = xml_attr(tpl->arena, node, "name");
    (void)hex_colour(xml_attr(tpl->arena, node, "rgb"), &colour->rgba);
    check_once(loader, node, colour->name);
}

static PangoAlignment
alignment(const char *text)
{
    if (text_equal(text, "centre"))
        return PANGO_ALIGN_CENTER;
    return text_equal(text, "end") ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
}

static int
wrap_of(const char *text)
{
    return text_equal(text, "balance")  ? TEXT_WRAP_BALANCE
           : text_equal(text, "pretty") ? TEXT_WRAP_PRETTY
                                        : TEXT_WRAP_PLAIN;
}

static void
check_family(struct loader *loader, const xmlNode *node, const char *font)
{
    char **families = g_strsplit(font, ",", 2);
    if (families[0] && !fonts_has_family(loader->pages->fonts, g_strstrip(families[0])))
        note_add(loader->notes, NOTE_FONT_MISSING, loader->file, xml_line(node),
                 "there is no font family %s here; another takes its place", families[0]);
    g_strfreev(families);
}

static void
load_style(struct loader *loader, const xmlNode *node)
{
    struct template *tpl = loader->tpl;
    struct style *style = arena_append(tpl->arena, &tpl->styles, &tpl->style_count,
                                       &tpl->style_room, sizeof *style);
    if (!style)
        return;
    style->name = xml_attr(tpl->arena, node, "name");
    style->font = xml_attr(tpl->arena, node, "font");
    style->features = xml_attr(tpl->arena, node, "features");
    style->colour_name = xml_attr(tpl->arena, node, "colour");
    style->file = loader->file;
    style->line = xml_line(node);
    style->size_mm100 = length(loader, node, "size", 353);
    style->weight = (int32_t)decimal(tpl->arena, node, "weight", 400);
    style->is_italic = text_equal(xml_attr(tpl->arena, node, "slant"), "italic");
    style->is_upper = text_equal(xml_attr(tpl->arena, node, "case"), "upper");
    style->leading = decimal(tpl->arena, node, "leading", 0);
    style->tracking = decimal(tpl->arena, node, "tracking", 0);
    style->wrap = wrap_of(xml_attr(tpl->arena, node, "wrap"));
    style->align = alignment(xml_attr(tpl->arena, node, "align"));
    style->colour = black;
    if (!style->font)
        style->font = "Noto Sans";
    check_once(loader, node, style->name);
    check_family(loader, node, style->font);
    if (style->size_mm100 < 50)
        loader_fault(loader, NOTE_TEMPLATE_BAD_NUMBER, node,
                     "style %s is smaller than 0.5 mm", style->name);
    if (style->leading < 0 || style->leading > 10)
        loader_fault(loader, NOTE_TEMPLATE_BAD_NUMBER, node,
                     "leading is the distance of two lines in sizes, 0.5 to 10");
}

/* After all colours are known: a theme's style may wear the template's colour. */
static void
paint_styles(struct loader *loader)
{
    struct template *tpl = loader->tpl;
    for (size_t i = 0; i < tpl->style_count; i++) {
        struct style *style = &tpl->styles[i];
        if (!style->colour_name ||
            template_colour(tpl, style->colour_name, &style->colour))
            continue;
        loader->faults++;
        note_add(loader->notes, NOTE_TEMPLATE_UNKNOWN_COLOUR, style->file, style->line,
                 "style %s has the colour %s, which no <colour> names", style->name,
                 style->colour_name);
    }
}

static void
load_script(struct loader *loader, const xmlNode *node)
{
    /* Codes that stand for several of Unicode's scripts */
    static const struct {
        const char *code;
        GUnicodeScript scripts[3];
    } groups[] = {
        {"Jpan",
         {G_UNICODE_SCRIPT_HAN, G_UNICODE_SCRIPT_HIRAGANA, G_UNICODE_SCRIPT_KATAKANA}},
        {"Kore",
         {G_UNICODE_SCRIPT_HANGUL, G_UNICODE_SCRIPT_HAN, G_UNICODE_SCRIPT_HANGUL}},
        {"Hans", {G_UNICODE_SCRIPT_HAN, G_UNICODE_SCRIPT_HAN, G_UNICODE_SCRIPT_HAN}},
        {"Hant", {G_UNICODE_SCRIPT_HAN, G_UNICODE_SCRIPT_HAN, G_UNICODE_SCRIPT_HAN}},
    };
    struct template *tpl = loader->tpl;
    struct script_rule *rule = arena_append(tpl->arena, &tpl->scripts, &tpl->script_count,
                                            &tpl->script_room, sizeof *rule);
    const char *code = xml_attr(tpl->arena, node, "code");
    if (!rule || !code)
        return;
    rule->style = xml_attr(tpl->arena, node, "style");
    rule->font = xml_attr(tpl->arena, node, "font");
    rule->factor = decimal(tpl->arena, node, "factor", 1);
    if (rule->font)
        check_family(loader, node, rule->font);
    if (rule->factor < 0.2 || rule->factor > 5)
        loader_fault(loader, NOTE_TEMPLATE_BAD_NUMBER, node,
                     "a script's factor is 0.2 to 5");
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        if (strcmp(groups[i].code, code) == 0) {
            memcpy(rule->scripts, groups[i].scripts, sizeof rule->scripts);
            rule->script_count = 3;
            return;
        }
    guint32 iso = (guint32)code[0] << 24 | (guint32)code[1] << 16 |
                  (guint32)code[2] << 8 | (guint32)code[3];
    rule->scripts[0] = g_unicode_script_from_iso15924(iso);
    rule->script_count = 1;
    if (rule->scripts[0] == G_UNICODE_SCRIPT_UNKNOWN ||
        rule->scripts[0] == G_UNICODE_SCRIPT_INVALID_CODE)
        loader_fault(loader, NOTE_TEMPLATE_BAD_NUMBER, node,
                     "%s is no script that Unicode knows by this code", code);
}

static void
load_param(struct loader *loader, const xmlNode *node)
{
    struct template *tpl = loader->tpl;
    struct param *param = arena_append(tpl->arena, &tpl->params, &tpl->param_count,
                                       &tpl->param_room, sizeof *param);
    if (!param)
        return;
    char *text = xml_text(tpl->arena, node);
    *param = (struct param){.name = xml_attr(tpl->arena, node, "name"),
                            .text = text ? text : "",
                            .file = loader->file,
                            .line = xml_line(node),
                            .origin = loader->file};
    param->is_fixed = text_equal(xml_attr(tpl->arena, node, "translate"), "no");
    check_once(loader, node, param->name);
    param_check(loader, param);
}

struct template_file *
template_add_file(struct template *tpl)
{
    return arena_append(tpl->arena, &tpl->files, &tpl->file_count, &tpl->file_room,
                        sizeof *tpl->files);
}

static void
load_declarations(struct loader *loader, const xmlNode *root)
{
    for (const xmlNode *node = xml_first(root, NULL); node; node = xml_next(node, NULL)) {
        if (xml_is(node, "colour"))
            load_colour(loader, node);
        else if (xml_is(node, "style"))
            load_style(loader, node);
        else if (xml_is(node, "script"))
            load_script(loader, node);
        else if (xml_is(node, "param"))
            load_param(loader, node);
    }
}

static void
load_theme(struct loader *loader, const xmlNode *include)
{
    struct template *tpl = loader->tpl;
    struct stat looks;
    xmlDoc *doc XML_DOC_AUTO = NULL;
    char *href = xml_attr(tpl->arena, include, "href"), *path = NULL;
    if (tpl->theme_count == THEMES_MAX) {
        loader_fault(loader, NOTE_TEMPLATE_BAD_THEME, include,
                     "a template includes at most %d themes", THEMES_MAX);
        return;
    }
    enum status status =
        file_find(loader->pages, tpl->dir, href, tpl->arena, &path, &looks);
    if (status != STATUS_OK) {
        loader_fault(
            loader,
            status == STATUS_WITHOUT ? NOTE_TEMPLATE_NO_FILE : NOTE_TEMPLATE_FILE_REFUSED,
            include, "the theme %s %s", href,
            status == STATUS_WITHOUT ? "does not exist"
                                     : "lies outside the folders that may be read");
        return;
    }
    struct template_file *file = template_add_file(tpl);
    if (!file)
        return;
    *file = (struct template_file){path, looks};
    tpl->theme_count++;
    if (xml_read_file(path, loader->pages->schema, TEMPLATE_MAX_BYTES, loader->notes,
                      &doc) != STATUS_OK) {
        loader->faults++;
        return;
    }
    const xmlNode *root = xmlDocGetRootElement(doc);
    if (!xml_is(root, "theme")) {
        loader_fault(loader, NOTE_TEMPLATE_BAD_THEME, include,
                     "%s is a template, no theme", href);
        return;
    }
    const char *outer = loader->file;
    loader->file = path;
    load_declarations(loader, root);
    template_load_strings(loader, path);
    loader->file = outer;
}

static void
load_head(struct loader *loader, const xmlNode *root)
{
    struct template *tpl = loader->tpl;
    char *media = xml_attr(tpl->arena, root, "media");
    tpl->name = xml_attr(tpl->arena, root, "name");
    tpl->title = xml_attr(tpl->arena, root, "title");
    if (!tpl->title)
        tpl->title = tpl->name;
    tpl->bleed_mm100 = length(loader, root, "bleed", 0);
    tpl->safe_mm100 = length(loader, root, "safe", 0);
    if (media && !media_parse(media, &tpl->width_mm100, &tpl->height_mm100))
        loader_fault(loader, NOTE_TEMPLATE_BAD_MEDIA, root,
                     "%s is no PWG 5101.1 name with a size, such as iso_a6_105x148mm",
                     media);
    if (tpl->bleed_mm100 < 0 || tpl->safe_mm100 < 0)
        loader_fault(loader, NOTE_TEMPLATE_BAD_NUMBER, root,
                     "bleed and safe are not negative");
}

/* The template's own declarations stand first, so that they are the ones found. */
static enum status
load(struct loader *loader, const xmlNode *root)
{
    struct template *tpl = loader->tpl;
    const xmlNode *page = xml_first(root, "page");
    if (!xml_is(root, "template"))
        loader_fault(loader, NOTE_TEMPLATE_BAD_THEME, root,
                     "this is a theme; it is included by templates, never printed");
    if (loader->faults)
        return STATUS_BAD_INPUT;
    load_head(loader, root);
    load_declarations(loader, root);
    template_load_strings(loader, loader->file);
    for (const xmlNode *node = xml_first(root, "include"); node;
         node = xml_next(node, "include"))
        load_theme(loader, node);
    paint_styles(loader);
    template_check(loader, page);
    if (loader->faults)
        return STATUS_BAD_INPUT;
    return sheet_compile(loader, page, &tpl->sheet);
}

static enum status
read_template(struct pages *pages, struct template *tpl, const char *path,
              struct notes *notes)
{
    xmlDoc *doc XML_DOC_AUTO = NULL;
    char *slash, *real = NULL;
    struct stat looks;
    enum status status = file_find(pages, "/", path, tpl->arena, &real, &looks);
    if (status == STATUS_NO_MEMORY)
        return status;
    if (status != STATUS_OK)
        return note_fail(
            notes, STATUS_BAD_INPUT,
            status == STATUS_WITHOUT ? NOTE_TEMPLATE_NO_FILE : NOTE_TEMPLATE_FILE_REFUSED,
            path, 0, "the template %s",
            status == STATUS_WITHOUT ? "does not exist"
                                     : "lies outside the folders that may be read");
    struct template_file *file = template_add_file(tpl);
    if (!file)
        return STATUS_NO_MEMORY;
    *file = (struct template_file){real, looks};
    tpl->asked_path = arena_strdup(tpl->arena, path);
    char *dir = arena_strdup(tpl->arena, real);
    if (!dir || !tpl->asked_path)
        return STATUS_NO_MEMORY;
    slash = strrchr(dir, '/');
    slash[slash == dir] = '\0';
    tpl->dir = dir;
    status = xml_read_file(real, pages->schema, TEMPLATE_MAX_BYTES, notes, &doc);
    if (status != STATUS_OK)
        return status;
    struct loader loader = {.pages = pages, .tpl = tpl, .notes = notes, .file = real};
    status = load(&loader, xmlDocGetRootElement(doc));
    xmlXPathFreeContext(loader.xpath);
    return status;
}

enum status
template_open(struct pages *pages, const char *path, struct notes *notes,
              struct template **ret)
{
    struct arena *arena = arena_new(TEMPLATE_MAX_MEMORY);
    struct template *tpl = arena ? arena_make(arena, sizeof *tpl) : NULL;
    if (!tpl) {
        arena_free(arena);
        return STATUS_NO_MEMORY;
    }
    tpl->arena = arena;
    tpl->serial = ++pages->clock;
    enum status status = read_template(pages, tpl, path, notes);
    if (status != STATUS_OK) {
        template_close(tpl);
        return status;
    }
    *ret = tpl;
    return STATUS_OK;
}

void
template_close(struct template *tpl)
{
    if (!tpl)
        return;
    if (tpl->sheet)
        xsltFreeStylesheet(tpl->sheet);
    arena_free(tpl->arena);
}

bool
template_is_fresh(const struct template *tpl)
{
    for (size_t i = 0; i < tpl->file_count; i++) {
        const struct stat *then = &tpl->files[i].stat;
        struct stat now;
        if (stat(tpl->files[i].path, &now) != 0 || now.st_size != then->st_size ||
            now.st_ino != then->st_ino || now.st_mtim.tv_sec != then->st_mtim.tv_sec ||
            now.st_mtim.tv_nsec != then->st_mtim.tv_nsec)
            return false;
    }
    return true;
}
