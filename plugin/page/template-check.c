/* What the schema cannot say of a template's page.
 *
 * Names of styles and colours must be declared; what is constant (a length, a picture's
 * file) is looked at when the template is loaded, so that `tuck check` tells it before a
 * carton needs it. What holds a {hole} is looked at when the page is made. */
#include "base/length.h"
#include "page/page-inside.h"

#include <string.h>

static bool
has_hole(const char *text)
{
    return strchr(text, '{') != NULL;
}

static bool
is_among(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(name, *list) == 0)
            return true;
    return false;
}

static void
check_style(struct loader *loader, const xmlNode *node, const char *name)
{
    const struct template *tpl = loader->tpl;
    const char *names[256];
    size_t count = 0;
    if (template_style(tpl, name))
        return;
    for (size_t i = 0; i < tpl->style_count && count < COUNT_OF(names); i++)
        names[count++] = tpl->styles[i].name;
    const char *near = text_nearest(name, names, count);
    loader_fault(loader, NOTE_TEMPLATE_UNKNOWN_STYLE, node,
                 "no <style> is called %s%s%s%s", name, near ? "; did you mean " : "",
                 near ? near : "", near ? "?" : "");
}

static void
check_colour(struct loader *loader, const xmlNode *node, const char *name)
{
    const struct template *tpl = loader->tpl;
    struct rgba rgba;
    const char *names[256];
    size_t count = 0;
    if (template_colour(tpl, name, &rgba))
        return;
    for (size_t i = 0; i < tpl->colour_count && count < COUNT_OF(names); i++)
        names[count++] = tpl->colours[i].name;
    const char *near = text_nearest(name, names, count);
    loader_fault(loader, NOTE_TEMPLATE_UNKNOWN_COLOUR, node,
                 "%s is neither the name of a <colour> nor #rrggbb%s%s%s", name,
                 near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static void
check_file(struct loader *loader, const xmlNode *node, const char *href)
{
    char *path;
    switch (file_find(loader->pages, loader->tpl->dir, href, loader->tpl->arena, &path,
                      NULL)) {
    case STATUS_WITHOUT:
        loader_fault(loader, NOTE_TEMPLATE_NO_FILE, node, "there is no file %s", href);
        break;
    case STATUS_BAD_INPUT:
        loader_fault(loader, NOTE_TEMPLATE_FILE_REFUSED, node,
                     "%s lies outside the folders that may be read", href);
        break;
    default:
        break;
    }
}

static void
check_attribute(struct loader *loader, const xmlNode *node, const char *name,
                const char *value)
{
    static const char *const lengths[] = {
        "x",    "y",     "w",      "h",    "x1",           "y1",
        "x2",   "y2",    "radius", "dash", "stroke-width", "tile",
        "step", "width", "height", NULL};
    static const char *const numbers[] = {"rotate", "opacity", "value", "max",
                                          "count",  "most",    "lines", NULL};
    static const char *const colours[] = {"fill",  "stroke", "colour",
                                          "track", "ground", NULL};
    int32_t mm100;
    double number;
    if (strcmp(name, "style") == 0)
        check_style(loader, node, value);
    else if (has_hole(value))
        return;
    else if (is_among(name, colours))
        check_colour(loader, node, value);
    else if (strcmp(name, "href") == 0)
        check_file(loader, node, value);
    else if (is_among(name, lengths) && !length_parse(value, &mm100))
        loader_fault(loader, NOTE_TEMPLATE_BAD_NUMBER, node,
                     "%s=\"%s\" is no length; write 12, 12.5mm, 1in or 30pt", name,
                     value);
    else if (is_among(name, numbers) && !xml_is(node, "symbol") &&
             !text_to_double(value, &number))
        loader_fault(loader, NOTE_TEMPLATE_BAD_NUMBER, node, "%s=\"%s\" is no number",
                     name, value);
}

static bool
stands_in_stack(const xmlNode *item)
{
    const xmlNode *parent = item->parent;
    while (parent && parent->ns && strcmp((const char *)parent->ns->href, XSL_NS) == 0)
        parent = parent->parent;
    return xml_is(parent, "stack");
}

void
template_check(struct loader *loader, const xmlNode *element)
{
    bool is_ours =
        element->ns && strcmp((const char *)element->ns->href, TEMPLATE_NS) == 0;
    for (const xmlAttr *attr = element->properties; is_ours && attr; attr = attr->next) {
        xmlChar *value = xmlNodeListGetString(element->doc, attr->children, 1);
        check_attribute(loader, element, (const char *)attr->name,
                        value ? (const char *)value : "");
        xmlFree(value);
    }
    if (is_ours && xml_is(element, "item") && !stands_in_stack(element))
        loader_fault(loader, NOTE_TEMPLATE_MISPLACED, element,
                     "an item stands in a stack and nowhere else");
    for (const xmlNode *child = xml_first(element, NULL); child;
         child = xml_next(child, NULL))
        template_check(loader, child);
}
