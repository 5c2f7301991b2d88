/* Settings: tuck.xml in, absolute paths and numbers out.
 *
 * The schema has done most of the checking; what remains is the zone and that paths are
 * counted from the file's own folder, so that a shop can be opened from anywhere.
 * Whether the files named exist is told by those who open them. */
#include "station/settings.h"

#include "base/text.h"
#include "base/xml.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char shop_rng[] =
#include "station/shop.rng.inc"
    ;

#define DEFAULT_DIGITAL_LINK "https://id.gs1.org"
#define DEFAULT_BUDGET_MS 300
#define DEFAULT_DEADLINE_MS 120
#define DEFAULT_REST_MS 30000
#define DEFAULT_RESERVE_S (2 * 3600)
#define DEFAULT_LEASE_UNITS 50
#define DEFAULT_POOL_LOW 100

/* "80ms", "365d", "150%", "1024MB": the schema knows the unit, the number leads. */
static int64_t
leading_number(const char *text, int64_t otherwise)
{
    return text ? strtoll(text, NULL, 10) : otherwise;
}

static const char *
absolute(struct arena *arena, const char *dir, const char *path)
{
    return path[0] == '/' ? arena_strdup(arena, path)
                          : arena_printf(arena, "%s/%s", dir, path);
}

static enum status
find_shop_file(const char *shop, struct arena *arena, struct notes *notes,
               const char **ret)
{
    char real[PATH_MAX];
    struct stat stat_buf;
    if (!realpath(shop, real) || stat(real, &stat_buf) != 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FILE_UNREADABLE, shop, 0,
                         "there is no shop here: expected a folder with a tuck.xml");
    const char *path = S_ISDIR(stat_buf.st_mode)
                           ? arena_printf(arena, "%s/tuck.xml", real)
                           : arena_strdup(arena, real);
    if (!path)
        return STATUS_NO_MEMORY;
    if (access(path, R_OK) != 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FILE_UNREADABLE, path, 0,
                         "there is no shop here: expected a folder with a tuck.xml");
    *ret = path;
    return STATUS_OK;
}

static bool
read_templates(struct settings *settings, const xmlNode *root, const char *data_dir)
{
    struct arena *arena = settings->arena;
    size_t room = 0;
    for (xmlNode *node = xml_first(root, "templates"); node;
         node = xml_next(node, "templates")) {
        const char **dir =
            arena_append(arena, &settings->template_dirs, &settings->template_dir_count,
                         &room, sizeof(char *));
        const char *href = xml_attr(arena, node, "href");
        if (!dir || !href || !(*dir = absolute(arena, settings->dir, href)))
            return false;
    }
    const char *last[] = {arena_printf(arena, "%s/templates", data_dir), NULL};
    for (size_t i = 0; i < COUNT_OF(last); i++) {
        const char **dir =
            arena_append(arena, &settings->template_dirs, &settings->template_dir_count,
                         &room, sizeof(char *));
        if (!dir)
            return false;
        *dir = last[i];
    }
    settings->template_dir_count--; /* the NULL at the end does not count */
    return last[0] != NULL;
}

static bool
read_sources(struct settings *settings, const xmlNode *root)
{
    struct arena *arena = settings->arena;
    size_t room = 0;
    settings->rest_ms = DEFAULT_REST_MS;
    for (xmlNode *node = xml_first(root, "history"); node;
         node = xml_next(node, "history")) {
        struct history_source *source = arena_append(
            arena, &settings->sources, &settings->source_count, &room, sizeof(*source));
        if (!source)
            return false;
        const char *files = xml_attr(arena, node, "files");
        source->url = xml_attr(arena, node, "url");
        source->deadline_ms = (int32_t)leading_number(xml_attr(arena, node, "deadline"),
                                                      DEFAULT_DEADLINE_MS);
        settings->rest_ms =
            leading_number(xml_attr(arena, node, "rest"), settings->rest_ms);
        if (files && !(source->files = absolute(arena, settings->dir, files)))
            return false;
    }
    return true;
}

static void
read_numbers(struct settings *settings, const xmlNode *root)
{
    struct arena *arena = settings->arena;
    const xmlNode *stage = xml_first(root, "stage");
    const xmlNode *press = xml_first(root, "press");
    const xmlNode *budget = xml_first(root, "budget");
    if (stage) {
        settings->lapsing_after_bp =
            (int32_t)leading_number(xml_attr(arena, stage, "lapsing-after"), 0) * 100;
        settings->lapsed_after_days =
            (int32_t)leading_number(xml_attr(arena, stage, "lapsed-after"), 0);
        settings->active_gap_days =
            (int32_t)leading_number(xml_attr(arena, stage, "active-gap"), 0);
        settings->loyal_orders =
            (int32_t)leading_number(xml_attr(arena, stage, "loyal-orders"), 0);
    }
    settings->workers =
        press ? (int32_t)leading_number(xml_attr(arena, press, "workers"), 1) : 1;
    settings->memory_limit =
        press ? leading_number(xml_attr(arena, press, "memory"), 0) << 20 : 0;
    settings->budget_ms =
        budget
            ? (int32_t)leading_number(xml_attr(arena, budget, "pack"), DEFAULT_BUDGET_MS)
            : DEFAULT_BUDGET_MS;
}

/* "90m", "2h", "1d" */
static int64_t
span_s(const char *text, int64_t otherwise)
{
    if (!text)
        return otherwise;
    int64_t n = leading_number(text, 0);
    char unit = text[strlen(text) - 1];
    return unit == 'd' ? n * 86400 : unit == 'h' ? n * 3600 : n * 60;
}

/* Outside the shop's folder, which is copied and checked in and mailed about: the
 * machine's, else the user's. */
static const char *
default_keys_path(struct arena *arena, const char *merchant)
{
    const char *config = secure_getenv("XDG_CONFIG_HOME"); /* not in setuid hosts */
    const char *home = secure_getenv("HOME");
    const char *path = arena_printf(arena, "/etc/tuck/%s.keys", merchant);
    if (!path || access(path, F_OK) == 0)
        return path;
    if (config && config[0] == '/')
        return arena_printf(arena, "%s/tuck/%s.keys", config, merchant);
    return home && home[0] == '/'
               ? arena_printf(arena, "%s/.config/tuck/%s.keys", home, merchant)
               : path;
}

static bool
read_ledger(struct settings *settings, const xmlNode *node)
{
    struct arena *arena = settings->arena;
    const char *url = node ? xml_attr(arena, node, "url") : NULL;
    const char *path = node ? xml_attr(arena, node, "path") : NULL;
    const char *standby = node ? xml_attr(arena, node, "standby") : NULL;
    settings->reserve_s =
        span_s(node ? xml_attr(arena, node, "reserve") : NULL, DEFAULT_RESERVE_S);
    settings->lease_units = (int32_t)leading_number(
        node ? xml_attr(arena, node, "lease") : NULL, DEFAULT_LEASE_UNITS);
    settings->station_number =
        (int32_t)leading_number(node ? xml_attr(arena, node, "station-number") : NULL, 0);
    if (standby && !(settings->standby = absolute(arena, settings->dir, standby)))
        return false;
    settings->ledger = url ? url
                       : text_equal(path, "none")
                           ? "none"
                           : absolute(arena, settings->dir, path ? path : "tuck.ledger");
    return settings->ledger != NULL;
}

static bool
read_promises(struct settings *settings, const xmlNode *root)
{
    struct arena *arena = settings->arena;
    const xmlNode *keys = xml_first(root, "keys"), *codes = xml_first(root, "codes");
    const xmlNode *retention = xml_first(root, "retention");
    const char *path = keys ? xml_attr(arena, keys, "path") : NULL;
    settings->keys_path = path ? absolute(arena, settings->dir, path)
                               : default_keys_path(arena, settings->merchant);
    settings->codes_signed =
        codes && text_equal(xml_attr(arena, codes, "kind"), "signed");
    settings->pool_low = leading_number(
        codes ? xml_attr(arena, codes, "low-water") : NULL, DEFAULT_POOL_LOW);
    if (retention) {
        settings->retention_days.documents =
            (int32_t)leading_number(xml_attr(arena, retention, "documents"), 0);
        settings->retention_days.sheets =
            (int32_t)leading_number(xml_attr(arena, retention, "sheets"), 0);
        settings->retention_days.history =
            (int32_t)leading_number(xml_attr(arena, retention, "history"), 0);
    }
    return settings->keys_path != NULL;
}

/* "2.5%" as 250; the schema has looked at it. */
static int32_t
percent_bp(char *text)
{
    double percent = 0;
    text[strcspn(text, "%")] = '\0';
    return text_to_double(text, &percent) ? (int32_t)lround(percent * 100) : 0;
}

static void
read_report(struct settings *settings, const xmlNode *root)
{
    struct arena *arena = settings->arena;
    const xmlNode *node = xml_first(root, "report");
    char *margin = node ? xml_attr(arena, node, "margin") : NULL;
    char *least = node ? xml_attr(arena, node, "least-effect") : NULL;
    const char *within = node ? xml_attr(arena, node, "within") : NULL;
    settings->report.within_days = within ? (int32_t)strtol(within, NULL, 10) : 60;
    settings->report.margin_bp = margin ? percent_bp(margin) : 0;
    settings->report.least_effect_bp = least ? percent_bp(least) : 500;
}

static bool
read_products(struct settings *settings, const xmlNode *root)
{
    struct arena *arena = settings->arena;
    const xmlNode *products = xml_first(root, "products");
    const xmlNode *holdout = xml_first(root, "holdout");
    const char *path = products ? xml_attr(arena, products, "path") : NULL;
    char *share = holdout ? xml_attr(arena, holdout, "share") : NULL;
    settings->products = path ? absolute(arena, settings->dir, path) : NULL;
    settings->holdout_bp = share ? percent_bp(share) : 0;
    settings->holdout_seed = holdout ? xml_attr(arena, holdout, "seed") : NULL;
    if (!settings->holdout_seed)
        settings->holdout_seed = settings->merchant;
    read_report(settings, root);
    return !path || settings->products;
}

/* The shop's own language first, then the others in their order. */
static bool
read_languages(struct settings *settings, const xmlNode *root)
{
    struct arena *arena = settings->arena;
    char *list = xml_attr(arena, root, "languages"), *rest = NULL;
    size_t room = 0;
    const char *word = settings->language;
    while (word) {
        bool is_known = false;
        for (size_t i = 0; i < settings->language_count; i++)
            is_known = is_known || strcmp(settings->languages[i], word) == 0;
        const char **slot =
            is_known ? NULL
                     : arena_append(arena, &settings->languages, &settings->language_count,
                                    &room, sizeof *slot);
        if (!is_known && !slot)
            return false;
        if (slot)
            *slot = word;
        word = list ? strtok_r(rest ? NULL : list, " \t\r\n", &rest) : NULL;
    }
    return true;
}

static enum status
read_paths(struct settings *settings, const xmlNode *root, const char *data_dir)
{
    struct arena *arena = settings->arena;
    const xmlNode *campaign = xml_first(root, "campaign");
    const char *href = campaign ? xml_attr(arena, campaign, "href") : NULL;
    settings->merchant = xml_attr(arena, root, "merchant");
    settings->name = xml_attr(arena, root, "name");
    settings->language = xml_attr(arena, root, "language");
    settings->currency = xml_attr(arena, root, "currency");
    if (!href || !settings->merchant || !settings->name || !settings->language ||
        !settings->currency)
        return STATUS_NO_MEMORY;
    settings->campaign = absolute(arena, settings->dir, href);
    if (!settings->campaign || !read_languages(settings, root) || !read_ledger(settings, xml_first(root, "ledger")) ||
        !read_promises(settings, root) || !read_templates(settings, root, data_dir) ||
        !read_sources(settings, root) || !read_products(settings, root))
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

const char *const settings_link_places[] = {"code", "order",    "offer",     "arm",
                                            "sku",  "campaign", "placement", "merchant",
                                            "lang", NULL};

static enum status
check_places(const struct settings *settings, const xmlNode *node, const char *pattern,
             struct notes *notes)
{
    const char *const *places = settings_link_places;
    size_t count = 0, n = 0;
    while (places[count])
        count++;
    const char *unknown = pattern ? link_unknown_place(pattern, places, count, &n) : NULL;
    if (!unknown)
        return STATUS_OK;
    char word[32];
    snprintf(word, sizeof(word), "%.*s", (int)(n < 31 ? n : 31), unknown);
    const char *near = text_nearest(word, places, count);
    return note_fail(
        notes, STATUS_BAD_INPUT, NOTE_LINK_PLACE, settings->path, xml_line(node),
        "a link has no value for {%s}%s%s%s; there are code, order, offer, "
        "arm, placement, merchant and lang",
        word, near ? "; did you mean {" : "", near ? near : "", near ? "}?" : "");
}

static enum status
read_parameters(struct settings *settings, const xmlNode *link, struct notes *notes)
{
    struct arena *arena = settings->arena;
    struct link_parameter *parameters = NULL;
    size_t room = 0;
    for (xmlNode *node = xml_first(link, "parameter"); node;
         node = xml_next(node, "parameter")) {
        struct link_parameter *parameter =
            arena_append(arena, &parameters, &settings->link_parameter_count, &room,
                         sizeof *parameter);
        if (!parameter)
            return STATUS_NO_MEMORY;
        parameter->name = xml_attr(arena, node, "name");
        parameter->pattern = xml_attr(arena, node, "value");
        const char *in = xml_attr(arena, node, "in");
        parameter->is_for_url = !text_equal(in, "digital-link");
        parameter->is_for_digital_link = in && !text_equal(in, "url");
        if (!parameter->name || !parameter->pattern)
            return STATUS_NO_MEMORY;
        enum status status = check_places(settings, node, parameter->pattern, notes);
        if (status != STATUS_OK)
            return status;
    }
    settings->link_parameters = parameters;
    return STATUS_OK;
}

static enum status
read_link(struct settings *settings, const xmlNode *root, struct notes *notes)
{
    const xmlNode *link = xml_first(root, "link");
    settings->digital_link = DEFAULT_DIGITAL_LINK;
    if (!link)
        return STATUS_OK;
    const char *stem = xml_attr(settings->arena, link, "digital-link");
    settings->link = xml_attr(settings->arena, link, "url");
    if (stem && !digital_link_is_stem(stem))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_LINK_STEM, settings->path,
                         xml_line(link),
                         "digital-link=\"%.80s\" must be a host such as "
                         "https://id.gs1.org, with at most a path behind it",
                         stem);
    if (stem)
        settings->digital_link = stem;
    enum status status = check_places(settings, link, settings->link, notes);
    if (status == STATUS_OK)
        status = read_parameters(settings, link, notes);
    return status;
}

static enum status
read_document(struct settings *settings, const xmlNode *root, const char *data_dir,
              struct notes *notes)
{
    enum status status = read_paths(settings, root, data_dir);
    if (status != STATUS_OK)
        return status;
    status = read_link(settings, root, notes);
    if (status != STATUS_OK)
        return status;
    read_numbers(settings, root);
    status = settings_read_points(settings, root, notes);
    if (status == STATUS_OK)
        status = settings_read_places(settings, root, notes);
    if (status == STATUS_OK)
        status = settings_read_printers(settings, root, notes);
    if (status != STATUS_OK)
        return status;
    const char *zone = xml_attr(settings->arena, root, "time-zone");
    if (!zone)
        return STATUS_NO_MEMORY;
    if (zone_open(zone, &settings->zone) != STATUS_OK)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_SHOP_BAD_ZONE, settings->path,
                         xml_line(root),
                         "the system knows no time zone \"%s\"; expected an IANA name "
                         "such as Europe/Berlin",
                         zone);
    return STATUS_OK;
}

enum status
settings_open(const char *shop, const char *data_dir, struct notes *notes,
              struct settings **ret)
{
    struct arena *arena ARENA_AUTO = arena_new(1u << 20);
    struct settings *settings CLEANUP(settings_closep) = NULL;
    struct settings *made = arena ? arena_make(arena, sizeof(*made)) : NULL;
    if (!made)
        return STATUS_NO_MEMORY;
    made->arena = take(arena);
    settings = made;
    enum status status = find_shop_file(shop, made->arena, notes, &made->path);
    if (status != STATUS_OK)
        return status;
    made->dir = arena_copy(made->arena, made->path,
                           (size_t)(strrchr(made->path, '/') - made->path));
    struct xml_schema *schema = NULL;
    xmlDoc *doc XML_DOC_AUTO = NULL;
    status = xml_schema_open(shop_rng, "shop.rng", notes, &schema);
    if (status == STATUS_OK)
        status = xml_read_file(made->path, schema, 1u << 20, notes, &doc);
    xml_schema_close(schema);
    if (status == STATUS_OK)
        status = made->dir
                     ? read_document(made, xmlDocGetRootElement(doc), data_dir, notes)
                     : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        *ret = take(settings);
    return status;
}

void
settings_close(struct settings *settings)
{
    if (!settings)
        return;
    zone_close(settings->zone);
    arena_free(settings->arena);
}

void
settings_closep(struct settings **settings)
{
    settings_close(*settings);
}

const char *
settings_find_template(const struct settings *settings, const char *name,
                       struct arena *arena)
{
    for (size_t i = 0; i < settings->template_dir_count; i++) {
        const char *path =
            arena_printf(arena, "%s/%s/template.xml", settings->template_dirs[i], name);
        if (path && access(path, R_OK) == 0)
            return path;
    }
    return NULL;
}
