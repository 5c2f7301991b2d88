/* A template's page as an XSLT 1.0 stylesheet, and a run of it.
 *
 * Elements become literal result elements, holes in text become xsl:value-of inside
 * <hole>, so that what was inserted can be told from what was written. Each element takes
 * along its line and what it hangs on. Only what the schema lets through reaches libxslt,
 * and a run may open no file, call no network and takes a bounded number of steps. */
#include "page/page-inside.h"

#include "lang/message.h"

#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xsltutils.h>

#include <math.h>
#include <string.h>

#define STEPS_MAX 2000000
#define DEPTH_MAX 100

static bool
is_xsl(const xmlNode *node)
{
    return node->ns && strcmp((const char *)node->ns->href, XSL_NS) == 0;
}

static bool
holds_text(const xmlNode *node)
{
    return xml_is(node, "frame") || xml_is(node, "badge") || xml_is(node, "p") ||
           xml_is(node, "span") || xml_is(node, "short");
}

static xmlNode *
add(xmlNode *parent, xmlNs *ns, const char *name, const xmlNode *source)
{
    xmlNode *node = xmlNewChild(parent, ns, (const xmlChar *)name, NULL);
    /* libxslt says where it failed by this line. */
    if (node && source)
        node->line = (unsigned short)MIN(xml_line(source), 65535);
    if (node && !ns)
        xmlSetNs(node, NULL);
    return node;
}

static void
set(xmlNode *node, const char *name, const char *value)
{
    xmlNewProp(node, (const xmlChar *)name, (const xmlChar *)value);
}

static void
add_text(xmlNode *parent, xmlNs *xsl, const char *text)
{
    xmlNode *node = add(parent, xsl, "text", NULL);
    if (node)
        xmlNodeAddContent(node, (const xmlChar *)text);
}

static void
set_needs(xmlNode *node, const struct needs *needs)
{
    if (needs->is_live)
        set(node, "_need", "*");
    else if (needs->params.n > 0)
        set(node, "_need", needs->params.p);
}

/* What one element of the template needs while it is rewritten. */
struct rewrite {
    struct loader *loader;
    xmlNs *xsl;
};

static void
rewrite_text(struct rewrite *rw, const xmlNode *text, xmlNode *out, struct needs *needs)
{
    const char *at = (const char *)text->content;
    struct hole_piece piece = {0};
    while (hole_next(&at, &piece)) {
        if (piece.is_fault) {
            loader_fault(
                rw->loader, NOTE_TEMPLATE_BAD_EXPRESSION, text->parent,
                "a brace has no partner; write {{ or }} for a brace that is one");
        } else if (piece.expr) {
            struct needs own NEEDS_AUTO = {0};
            expr_check(rw->loader, text->parent, piece.expr, piece.expr_n, &own);
            needs_add(needs, &own);
            char *expr = g_strndup(piece.expr, piece.expr_n);
            xmlNode *hole = add(out, NULL, "hole", text->parent);
            set_needs(hole, &own);
            xmlNode *value = add(hole, rw->xsl, "value-of", text->parent);
            set(value, "select", expr);
            g_free(expr);
        } else {
            add_text(out, rw->xsl, piece.literal.p);
        }
    }
    buf_done(&piece.literal);
}

static void rewrite_children(struct rewrite *rw, const xmlNode *from, xmlNode *out,
                             bool is_running, struct needs *needs);

static void
check_xpath(struct rewrite *rw, const xmlNode *node, const char *name,
            struct needs *needs)
{
    xmlChar *expr = xmlGetNoNsProp(node, (const xmlChar *)name);
    if (expr)
        expr_check(rw->loader, node, (const char *)expr, strlen((const char *)expr),
                   needs);
    xmlFree(expr);
}

static void
copy_attributes(const xmlNode *from, xmlNode *to)
{
    for (const xmlAttr *attr = from->properties; attr; attr = attr->next) {
        xmlChar *value = xmlNodeListGetString(from->doc, attr->children, 1);
        if (!attr->ns)
            set(to, (const char *)attr->name, value ? (const char *)value : "");
        xmlFree(value);
    }
}

static void
remember_local(struct loader *loader, const xmlNode *variable)
{
    const char **slot =
        arena_append(loader->tpl->arena, &loader->locals, &loader->local_count,
                     &loader->local_room, sizeof *slot);
    char *name = xml_attr(loader->tpl->arena, variable, "name");
    if (slot)
        *slot = name ? name : "";
}

/* What hangs on a condition is its children; what hangs on a choice, all its branches. */
static void
rewrite_xsl(struct rewrite *rw, const xmlNode *node, xmlNode *out, bool is_running,
            struct needs *needs)
{
    struct needs inner NEEDS_AUTO = {0};
    struct needs *hang = is_running ? needs : &inner;
    bool is_value = xml_is(node, "value-of"), is_variable = xml_is(node, "variable");
    if (!is_running)
        needs_add(&inner, needs);
    check_xpath(rw, node, "select", hang);
    check_xpath(rw, node, "test", hang);
    if (xml_is(node, "choose"))
        for (const xmlNode *when = xml_first(node, "when"); when;
             when = xml_next(when, "when"))
            check_xpath(rw, when, "test", hang);
    if (is_value)
        out = add(out, NULL, "hole", node);
    xmlNode *copy = add(out, rw->xsl, (const char *)node->name, node);
    copy_attributes(node, copy);
    if (!is_value && !is_variable)
        rewrite_children(rw, node, copy, is_running, hang);
    if (is_variable)
        remember_local(rw->loader, node);
}

static void
rewrite_element(struct rewrite *rw, const xmlNode *node, xmlNode *out, bool is_running,
                struct needs *needs)
{
    char line[16];
    struct needs own NEEDS_AUTO = {0};
    bool is_carrier =
        !is_running; /* what its text needs is set on the frame as a whole */
    struct needs *hang = is_carrier ? &own : needs;
    xmlNode *copy = add(out, NULL, (const char *)node->name, node);
    copy_attributes(node, copy);
    if (is_carrier)
        needs_add(&own, needs);
    for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
        xmlChar *value = xmlNodeListGetString(node->doc, attr->children, 1);
        if (value && !attr->ns)
            avt_check(rw->loader, node, (const char *)value, hang);
        xmlFree(value);
    }
    if (xml_is(node, "stack"))
        for (const xmlNode *each = xml_first(node, "for-each"); each;
             each = xml_next(each, "for-each"))
            check_xpath(rw, each, "select", hang);
    g_snprintf(line, sizeof line, "%d", (int)xml_line(node));
    set(copy, "_line", line);
    rewrite_children(rw, node, copy, holds_text(node), hang);
    if (is_carrier)
        set_needs(copy, &own);
}

/* White space that only lays out the template's source would be in XSLT's way. */
static bool
may_hold_text(const xmlNode *parent, const xmlNode *text)
{
    if (!is_xsl(parent))
        return true;
    return !xml_is(parent, "choose") && !xml_is(text->next, "sort") &&
           !(xml_is(text->prev, "sort") && xmlIsBlankNode(text));
}

static void
rewrite_children(struct rewrite *rw, const xmlNode *from, xmlNode *out, bool is_running,
                 struct needs *needs)
{
    size_t mark = rw->loader->local_count;
    for (const xmlNode *node = from->children; node; node = node->next) {
        bool is_text =
            node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
        if (is_text && is_running && may_hold_text(from, node))
            rewrite_text(rw, node, out, needs);
        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (is_xsl(node))
            rewrite_xsl(rw, node, out, is_running, needs);
        else
            rewrite_element(rw, node, out, is_running, needs);
    }
    rw->loader->local_count = mark;
}

static void
silent(void *data, const char *format, ...)
{
    (void)data;
    (void)format;
}

/* Takes the document over when it succeeds. */
static xsltStylesheet *
parse_quietly(xmlDoc *doc)
{
    xmlGenericErrorFunc before = xsltGenericError;
    void *before_data = xsltGenericErrorContext;
    xsltSetGenericErrorFunc(NULL, silent);
    xsltStylesheet *sheet = xsltParseStylesheetDoc(doc);
    xsltSetGenericErrorFunc(before_data, before);
    return sheet;
}

enum status
sheet_compile(struct loader *loader, const xmlNode *page, xsltStylesheet **ret)
{
    xmlDoc *doc XML_DOC_AUTO = xmlNewDoc((const xmlChar *)"1.0");
    struct needs needs NEEDS_AUTO = {0};
    if (!doc)
        return STATUS_NO_MEMORY;
    xmlNode *root = xmlNewDocNode(doc, NULL, (const xmlChar *)"stylesheet", NULL);
    xmlDocSetRootElement(doc, root);
    xmlNs *xsl = xmlNewNs(root, (const xmlChar *)XSL_NS, (const xmlChar *)"xsl");
    xmlSetNs(root, xsl);
    set(root, "version", "1.0");
    struct rewrite rw = {loader, xsl};
    xmlNode *rule = add(root, xsl, "template", page);
    set(rule, "match", "/values");
    rewrite_element(&rw, page, rule, false, &needs);
    for (size_t i = 0; i < loader->tpl->used_count; i++) {
        xmlNode *param = add(root, xsl, "param", page);
        set(param, "name", loader->tpl->used[i]);
        set(param, "select", "''");
    }
    if (loader->faults)
        return STATUS_BAD_INPUT;
    xsltStylesheet *sheet = parse_quietly(doc);
    if (!sheet || sheet->errors > 0) {
        if (sheet) {
            (void)take(doc);
            xsltFreeStylesheet(sheet);
        }
        return note_fail(loader->notes, STATUS_BAD_INPUT, NOTE_TEMPLATE_RUN_FAILED,
                         loader->file, xml_line(page),
                         "the page cannot be compiled as a stylesheet");
    }
    (void)take(doc);
    *ret = sheet;
    return STATUS_OK;
}

/* ---- a run ---- */

struct failure {
    xsltTransformContext *context;
    char text[240];
    int32_t line;
};

static void
note_line(struct failure *failure)
{
    if (failure->line == 0 && failure->context && failure->context->inst)
        failure->line = (int32_t)xmlGetLineNo(failure->context->inst);
}

static void
on_error(void *data, const char *format, ...)
{
    struct failure *failure = data;
    char text[240];
    va_list args;
    va_start(args, format);
    g_vsnprintf(text, sizeof text, format, args);
    va_end(args);
    note_line(failure);
    /* "runtime error: …, element x" comes first and says nothing that the line does not.
     */
    if (!g_str_has_prefix(text, "runtime error") && !failure->text[0])
        g_strlcpy(failure->text, g_strstrip(text), sizeof failure->text);
}

static void
on_xpath_error(void *data, xmlError *error)
{
    struct failure *failure = data;
    note_line(failure);
    if (error->message && !failure->text[0]) {
        g_strlcpy(failure->text, error->message, sizeof failure->text);
        g_strstrip(failure->text);
    }
}

static const struct param *
choose_param(const struct template *tpl, const char *name, const char *lang)
{
    const struct param *best = NULL;
    const char *origin = NULL;
    int best_fit = 0;
    for (size_t i = 0; i < tpl->param_count; i++) {
        const struct param *param = &tpl->params[i];
        if (strcmp(param->name, name) != 0)
            continue;
        /* The template's own texts replace those of its themes in all languages. */
        if (!origin)
            origin = param->origin;
        int fit = strcmp(param->origin, origin) == 0 ? lang_fits(param->lang, lang) : 0;
        if (fit > best_fit) {
            best = param;
            best_fit = fit;
        }
    }
    return best;
}

static void
add_value(struct buf *out, const struct value *value, int direction)
{
    size_t n = strlen(value->text);
    bool is_foreign = text_has_direction(value->text, n, -direction);
    buf_puts(out, is_foreign ? ISOLATE_OPEN : "");
    buf_add(out, value->text, n);
    buf_puts(out, is_foreign ? ISOLATE_CLOSE : "");
}

/* A hole that hangs on a value; one of which nothing is known leaves its place empty. */
static void
add_message(const struct message_hole *hole, const char *lang, struct values *values,
            struct buf *out)
{
    const struct value *value = values_find(values, hole->name);
    bool is_text = value && value->type == VALUE_TEXT;
    if (value && (is_text || isfinite(value->number)))
        (void)message_put(hole, lang, is_text ? 0 : value->number,
                          is_text ? value->text : NULL, out);
}

/* The simple hole {$name} of a known value. */
static bool
find_name(const char *text, char name[65], size_t *ret_n)
{
    const char *end = text[0] == '{' && text[1] == '$' ? strchr(text, '}') : NULL;
    size_t n = end ? (size_t)(end - text - 2) : 0;
    if (n == 0 || n >= 65)
        return false;
    memcpy(name, text + 2, n);
    name[n] = '\0';
    *ret_n = n + 3;
    return value_def_find(name) != NULL;
}

/* {$name} in a param's text is the value of that name, and {$name, plural, …} what hangs on
 * it; nothing else in it is a hole, and what is put in is not looked at again. True when
 * there was any. */
static bool
fill_param(const char *text, const char *lang, struct values *values, struct buf *out)
{
    bool is_filled = false;
    int direction = text_direction(text, strlen(text));
    if (direction == 0)
        direction = values->is_rtl ? -1 : 1;
    while (*text) {
        struct message_hole hole;
        char name[65];
        size_t n;
        if (message_find(text, &hole) && value_def_find(hole.name)) {
            add_message(&hole, lang, values, out);
            is_filled = true;
            text += hole.all_n;
        } else if (find_name(text, name, &n)) {
            const struct value *value = values_find(values, name);
            if (value)
                add_value(out, value, direction);
            is_filled = true;
            text += n;
        } else {
            buf_add(out, text++, 1);
        }
    }
    buf_puts(out, "");
    return is_filled;
}

static int
give_param(xsltTransformContext *context, const struct template *tpl, const char *name,
           struct values *values, struct notes *missing, GHashTable *live)
{
    struct buf text BUF_AUTO = {0};
    const struct value *value = values_find(values, name);
    const struct param *param = choose_param(tpl, name, values->lang);
    if (missing && !value && param)
        param_tell(tpl, param, values->lang, missing);
    /* plural rules are those of the text's language, which may not be the reader's */
    const char *lang = !value && param && !param->lang ? "en" : values->lang;
    if (fill_param(value ? value->text : param ? param->text : "", lang, values, &text))
        g_hash_table_add(live, (char *)name);
    return xsltQuoteOneUserParam(context, (const xmlChar *)name,
                                 (const xmlChar *)(text.p ? text.p : ""));
}

static int
give_value(xsltTransformContext *context, const char *name, const struct values *values)
{
    const struct value *value = values_find(values, name);
    const struct value_def *def = value_def_find(name);
    enum value_type type = value ? value->type : def->type;
    char number[64];
    if (type == VALUE_TEXT)
        return xsltQuoteOneUserParam(context, (const xmlChar *)name,
                                     (const xmlChar *)(value ? value->text : ""));
    if (type == VALUE_TRUTH)
        g_strlcpy(number, value && value->number != 0 ? "true()" : "false()",
                  sizeof number);
    else if (!value || !isfinite(value->number))
        g_strlcpy(number, "number('NaN')", sizeof number);
    else
        text_from_double(value->number, number);
    return xsltEvalOneUserParam(context, (const xmlChar *)name, (const xmlChar *)number);
}

static bool
give_values(xsltTransformContext *context, const struct template *tpl,
            struct values *values, struct notes *missing, GHashTable *live)
{
    for (size_t i = 0; i < tpl->used_count; i++) {
        const char *name = tpl->used[i];
        int fault = template_has_param(tpl, name)
                        ? give_param(context, tpl, name, values, missing, live)
                        : give_value(context, name, values);
        if (fault)
            return false;
    }
    return true;
}

enum status
sheet_run(struct pages *pages, struct template *tpl, struct values *values,
          struct notes *notes, GHashTable *live, xmlDoc **ret)
{
    xsltTransformContext *context = xsltNewTransformContext(tpl->sheet, values->doc);
    if (!context)
        return STATUS_NO_MEMORY;
    struct failure failure = {.context = context};
    xmlDoc *doc = NULL;
    context->maxTemplateDepth = DEPTH_MAX;
    context->opLimit = STEPS_MAX;
    context->xpathCtxt->opLimit = STEPS_MAX;
    context->xpathCtxt->error = on_xpath_error;
    context->xpathCtxt->userData = &failure;
    xsltSetTransformErrorFunc(context, &failure, on_error);
    if (xsltSetCtxtSecurityPrefs(pages->security, context) == 0 &&
        give_values(context, tpl, values, pages->is_strict ? notes : NULL, live))
        doc = xsltApplyStylesheetUser(tpl->sheet, values->doc, NULL, NULL, NULL, context);
    bool is_good = doc && context->state == XSLT_STATE_OK && xmlDocGetRootElement(doc);
    xsltFreeTransformContext(context);
    if (!is_good) {
        xml_doc_freep(&doc);
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_TEMPLATE_RUN_FAILED,
                         tpl->files[0].path, failure.line, "the template stopped: %s",
                         failure.text[0] ? failure.text : "no page came of it");
    }
    *ret = doc;
    return STATUS_OK;
}
