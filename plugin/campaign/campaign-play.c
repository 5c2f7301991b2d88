/* Play in a campaign: badges, the names that conditions may ask for, odds.
 *
 * Badges are declared here and counted by customer. Odds are read off a condition so that
 * they can be printed: only draws that must be won for the offer to be had make them. */
#include "campaign/campaign-inside.h"

#include "base/xml.h"

#include <math.h>
#include <string.h>

static enum badge_counts
counts_of(const char *text)
{
    return text_equal(text, "products")     ? BADGE_PRODUCTS
           : text_equal(text, "categories") ? BADGE_CATEGORIES
           : text_equal(text, "months")     ? BADGE_MONTHS
           : text_equal(text, "years")      ? BADGE_YEARS
                                            : BADGE_ORDERS;
}

static void
read_badge(struct reader *reader, const xmlNode *node, struct badge_rule *ret)
{
    struct arena *arena = reader->arena;

    *ret = (struct badge_rule){
        .name = xml_attr(arena, node, "name"),
        .title = xml_attr(arena, node, "title"),
        .counts = counts_of(xml_attr(arena, node, "counts")),
        .category = xml_attr(arena, node, "category"),
        .tag = xml_attr(arena, node, "tag"),
        .from = reader_number(reader, node, "from", 1),
    };
    if (ret->title == NULL)
        ret->title = ret->name;
    if (ret->counts != BADGE_PRODUCTS && (ret->category != NULL || ret->tag != NULL))
        reader_complain(reader, NOTE_CAMPAIGN_BADGE, xml_line(node),
                        "badge '%s': only products are of a category or have a tag",
                        ret->name);
}

static size_t
count_of(const xmlNode *root, const char *name)
{
    size_t count = 0;

    for (xmlNode *n = xml_first(root, name); n != NULL; n = xml_next(n, name))
        count++;
    return count;
}

void
reader_badges(struct reader *reader, const xmlNode *root)
{
    size_t count = count_of(root, "badge"), i = 0;
    struct badge_rule *badges = reader_array(reader, count, sizeof *badges);
    const char **names = reader_array(reader, count, sizeof *names);

    if (badges == NULL || names == NULL)
        return;
    for (xmlNode *n = xml_first(root, "badge"); n != NULL; n = xml_next(n, "badge")) {
        read_badge(reader, n, &badges[i]);
        names[i] = badges[i].name;
        for (size_t k = 0; k < i; k++)
            if (text_equal(names[k], names[i]))
                reader_complain(reader, NOTE_CAMPAIGN_DUPLICATE, xml_line(n),
                                "badge '%s' stands twice", names[i]);
        i++;
    }
    reader->campaign->badges = badges;
    reader->campaign->badge_count = count;
    reader->names.badges = names;
    reader->names.badge_count = count;
}

void
reader_offer_names(struct reader *reader, const xmlNode *root)
{
    size_t count = count_of(root, "offer"), i = 0;
    const char **names = reader_array(reader, count, sizeof *names);

    if (names == NULL)
        return;
    for (xmlNode *n = xml_first(root, "offer"); n != NULL; n = xml_next(n, "offer"))
        names[i++] = xml_attr(reader->arena, n, "name");
    reader->names.offers = names;
    reader->names.offer_count = count;
}

/* --- odds --------------------------------------------------------------------------- */

double
expr_constant(const struct expr *expr)
{
    if (expr->kind == EXPR_NUMBER)
        return expr->number;
    if (expr->kind == EXPR_MINUS)
        return -expr_constant(expr->args[0]);
    if (expr->kind != EXPR_ARITHMETIC)
        return NAN;
    double a = expr_constant(expr->args[0]), b = expr_constant(expr->args[1]);
    switch (expr->op) {
    case EXPR_PLUS:
        return a + b;
    case EXPR_LESS_BY:
        return a - b;
    case EXPR_TIMES:
        return a * b;
    case EXPR_DIV:
        return a / b;
    default:
        return fmod(a, b);
    }
}

static bool
has_draw(const struct expr *expr)
{
    if (expr->kind == EXPR_CALL && strcmp(expr->text, "draw") == 0)
        return true;
    for (size_t i = 0; i < expr->arg_count; i++)
        if (has_draw(expr->args[i]))
            return true;
    return false;
}

double
odds_of(const struct expr *expr)
{
    size_t count = expr->kind == EXPR_AND ? expr->arg_count : 1;
    double odds = 1.0;
    bool has_any = false;

    for (size_t i = 0; i < count; i++) {
        const struct expr *term = expr->kind == EXPR_AND ? expr->args[i] : expr;
        if (term->kind == EXPR_CALL && strcmp(term->text, "draw") == 0) {
            odds *= expr_constant(term->args[1]);
            has_any = true;
        } else if (has_draw(term)) {
            return 0.0;
        }
    }
    return has_any ? odds : 0.0;
}
