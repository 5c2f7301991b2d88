/* Pages: the typesetter's life, and one piece's way from template and values to items.
 *
 * Fonts, parsed templates and settled texts are kept between pieces; what is made for a
 * piece lives in its arena, but for the layouts, which the page holds by reference. Every
 * failure is a status and a note; only memory running out inside GLib ends the process,
 * which is why this runs in tuck-press. */
#include "page/words.h"

#include <libxslt/xslt.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char template_rng[] =
#include "../templates/template.rng.inc"
    ;

static xsltSecurityPrefs *
forbid_all(void)
{
    xsltSecurityPrefs *prefs = xsltNewSecurityPrefs();
    static const xsltSecurityOption options[] = {
        XSLT_SECPREF_READ_FILE,        XSLT_SECPREF_WRITE_FILE,
        XSLT_SECPREF_CREATE_DIRECTORY, XSLT_SECPREF_READ_NETWORK,
        XSLT_SECPREF_WRITE_NETWORK,
    };
    for (size_t i = 0; prefs && i < COUNT_OF(options); i++)
        xsltSetSecurityPrefs(prefs, options[i], xsltSecurityForbid);
    return prefs;
}

static void
keep_read_dirs(struct pages *pages, const char *const *dirs)
{
    size_t count = 0;
    while (dirs && dirs[count])
        count++;
    pages->read_dirs = g_new0(char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        char real[PATH_MAX];
        /* A folder that is not there cannot be read from either. */
        if (realpath(dirs[i], real))
            pages->read_dirs[pages->read_dir_count++] = g_strdup(real);
    }
}

enum status
pages_open(const struct pages_settings *settings, struct notes *notes, struct pages **ret)
{
    xml_init();
    struct pages *pages = g_new0(struct pages, 1);
    keep_read_dirs(pages, settings->read_dirs);
    pages->settled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, settled_free);
    pages->hyphens = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, hyphens_free);
    pages->security = forbid_all();
    enum status status = pages->security ? STATUS_OK : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = xml_schema_open(template_rng, "template.rng", notes, &pages->schema);
    if (status == STATUS_OK)
        status = strings_reader_open(notes, &pages->strings);
    if (status == STATUS_OK)
        status = fonts_open(settings->fonts_conf, notes, &pages->fonts);
    if (status != STATUS_OK) {
        pages_close(pages);
        return status;
    }
    *ret = pages;
    return STATUS_OK;
}

void
pages_close(struct pages *pages)
{
    if (!pages)
        return;
    for (size_t i = 0; i < pages->template_count; i++)
        template_close(pages->templates[i]);
    g_hash_table_destroy(pages->settled);
    g_hash_table_destroy(pages->hyphens);
    fonts_close(pages->fonts);
    strings_reader_close(pages->strings);
    if (pages->schema)
        xml_schema_close(pages->schema);
    if (pages->security)
        xsltFreeSecurityPrefs(pages->security);
    g_strfreev(pages->read_dirs);
    g_free(pages);
}

void
pages_set_strict(struct pages *pages, bool is_strict)
{
    pages->is_strict = is_strict;
}

PangoContext *
pages_context(struct pages *pages, const char *lang)
{
    return fonts_context(pages->fonts, lang, lang_is_rtl(lang));
}

/* The slot of the template at `path`, else the one to give up for it. */
static size_t
template_slot(struct pages *pages, const char *path)
{
    size_t oldest = 0;
    for (size_t i = 0; i < pages->template_count; i++) {
        if (strcmp(pages->templates[i]->asked_path, path) == 0)
            return i;
        if (pages->templates[i]->last_use < pages->templates[oldest]->last_use)
            oldest = i;
    }
    return pages->template_count < COUNT_OF(pages->templates) ? pages->template_count
                                                              : oldest;
}

enum status
pages_template(struct pages *pages, const char *path, struct notes *notes,
               struct template **ret)
{
    size_t slot = template_slot(pages, path);
    struct template *tpl = slot < pages->template_count ? pages->templates[slot] : NULL;
    if (tpl && (strcmp(tpl->asked_path, path) != 0 || !template_is_fresh(tpl))) {
        template_close(tpl);
        pages->templates[slot] = pages->templates[--pages->template_count];
        slot = pages->template_count;
        tpl = NULL;
    }
    if (!tpl) {
        enum status status = template_open(pages, path, notes, &tpl);
        if (status != STATUS_OK)
            return status;
        pages->templates[slot] = tpl;
        pages->template_count = slot + 1;
    }
    tpl->last_use = ++pages->clock;
    *ret = tpl;
    return STATUS_OK;
}

static bool
turns_rtl(const xmlNode *root, const struct values *values)
{
    const char *dir = lay_attr(root, "dir");
    if (dir && strcmp(dir, "rtl") == 0)
        return true;
    return values->is_rtl && !(dir && strcmp(dir, "ltr") == 0);
}

/* One piece on its way: what its pages share. */
struct making {
    struct pages *pages;
    struct template *tpl;
    struct values values;
    GHashTable *live;
    struct threads threads;
    struct notes *notes;
};

/* Lays the stylesheet's result out. */
static enum status
lay_out(struct making *making, const xmlNode *root, int32_t index, struct page *page)
{
    const struct template *tpl = making->tpl;
    const struct values *values = &making->values;
    struct lay lay = {
        .pages = making->pages,
        .tpl = tpl,
        .values = values,
        .arena = values->arena,
        .notes = making->notes,
        .live = making->live,
        .threads = &making->threads,
        .page = page,
        .page_index = index,
    };
    page->template_name = arena_strdup(lay.arena, tpl->name);
    page->title = arena_strdup(lay.arena, tpl->title);
    page->template_dir = arena_strdup(lay.arena, tpl->dir);
    page->lang = values->lang;
    page->is_rtl = turns_rtl(root, values);
    page->bleed_mm100 = tpl->bleed_mm100;
    page->safe_mm100 = tpl->safe_mm100;
    lay.context = fonts_context(making->pages->fonts, values->lang, page->is_rtl);
    lay_page(&lay, root);
    if (lay.status == STATUS_OK)
        lay.status = page_set_plate_key(page, tpl, lay.arena);
    return lay.status;
}

/* `*ret` is set as soon as there is something to free. */
static enum status
make_sheet(struct making *making, size_t number, struct page **ret, bool *ret_goes_on)
{
    xmlDoc *result XML_DOC_AUTO = NULL;
    struct page *page = arena_make(making->values.arena, sizeof *page);
    enum status status = page ? STATUS_OK : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = values_set_number(&making->values, "page-number", (double)number);
    if (status == STATUS_OK)
        status = sheet_run(making->pages, making->tpl, &making->values, making->notes,
                           making->live, &result);
    if (status != STATUS_OK)
        return status;
    const xmlNode *root = xmlDocGetRootElement(result);
    const char *overflow = lay_attr(root, "overflow");
    *ret = page;
    *ret_goes_on = overflow && strcmp(overflow, "pages") == 0;
    return lay_out(making, root, (int32_t)number - 1, page);
}

/* Pages until the threads have found their end, or a page takes nothing of them. */
static enum status
make_sheets(struct making *making, struct page **ret)
{
    struct page **slot = ret;
    size_t left = SIZE_MAX;
    bool goes_on = true;
    for (size_t number = 1; goes_on && number <= PAGE_SHEETS_MAX; number++) {
        enum status status = make_sheet(making, number, slot, &goes_on);
        if (status != STATUS_OK)
            return status;
        slot = &(*slot)->next;
        size_t now = threads_left(&making->threads);
        goes_on = goes_on && now > 0 && now < left;
        left = now;
    }
    if (left > 0)
        note_add(making->notes, NOTE_TEXT_OVERFLOW, making->tpl->files[0].path, 0,
                 "%zu bytes of threaded text found no room; make the frames larger or "
                 "let the page go on with overflow=\"pages\"",
                 left);
    return STATUS_OK;
}

enum status
page_make(struct pages *pages, const char *template_path, const char *values_bytes,
          size_t values_n, struct arena *arena, struct notes *notes, struct page **ret)
{
    struct making making = {.pages = pages, .notes = notes};
    struct page *page = NULL;
    enum status status = pages_template(pages, template_path, notes, &making.tpl);
    if (status != STATUS_OK)
        return status;
    status = values_read(values_bytes, values_n, arena, notes, &making.values);
    if (status != STATUS_OK)
        return status;
    making.live = g_hash_table_new(g_str_hash, g_str_equal);
    status = make_sheets(&making, &page);
    g_hash_table_destroy(making.live);
    values_done(&making.values);
    if (status == STATUS_OK)
        *ret = page;
    else
        page_done(page);
    return status;
}

void
page_done(struct page *page)
{
    for (; page; page = page->next)
        for (size_t i = 0; i < page->item_count; i++)
            g_clear_object(&page->items[i].layout);
}
