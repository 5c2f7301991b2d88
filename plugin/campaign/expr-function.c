/* The functions and variables that a condition may use, and what they do inside libxml2.
 *
 * One table serves the linter, the registration and tuck-campaign(5). History is asked
 * through customer's functions; facts are handed over one by one as an expression asks,
 * so nothing is registered per decision. A number of days that is unknown or negative
 * finds nothing. */
#include "campaign/expr.h"

#include <libxml/xpathInternals.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct expr_run *
run_of(xmlXPathParserContext *ctxt)
{
    return ctxt->context->userData;
}

/* Hands an object over; libxml2 tells nobody of ours when there was no memory for it. */
static xmlXPathObject *
made(struct expr_run *run, xmlXPathObject *object)
{
    if (object == NULL && run->error[0] == '\0')
        snprintf(run->error, sizeof run->error, "memory is out");
    return object;
}

static void
give(xmlXPathParserContext *ctxt, xmlXPathObject *object)
{
    valuePush(ctxt, made(run_of(ctxt), object));
}

static void
give_truth(xmlXPathParserContext *ctxt, bool value)
{
    give(ctxt, xmlXPathNewBoolean(value));
}

/* Pops the days, the last argument, when there are `most` of them; -1: finds nothing. */
static int32_t
pop_days(xmlXPathParserContext *ctxt, int nargs, int most)
{
    if (nargs < most)
        return 0; /* ever */
    double days = xmlXPathPopNumber(ctxt);
    if (!(days >= 0.0)) /* NaN too */
        return -1;
    return days > 1e6 ? 1000000 : (int32_t)floor(days);
}

typedef bool ask_days_fn(const struct facts *facts, const char *what, int32_t days);
typedef bool ask_fn(const struct facts *facts, const char *what);

static void
ask_days(xmlXPathParserContext *ctxt, int nargs, ask_days_fn *ask)
{
    if (nargs < 1 || nargs > 2)
        XP_ERROR(XPATH_INVALID_ARITY);
    int32_t days = pop_days(ctxt, nargs, 2);
    xmlChar *what = xmlXPathPopString(ctxt);
    bool is_so =
        what != NULL && days >= 0 && ask(run_of(ctxt)->facts, (const char *)what, days);
    xmlFree(what);
    give_truth(ctxt, is_so);
}

static void
ask(xmlXPathParserContext *ctxt, int nargs, ask_fn *fn)
{
    CHECK_ARITY(1);
    xmlChar *what = xmlXPathPopString(ctxt);
    bool is_so = what != NULL && fn(run_of(ctxt)->facts, (const char *)what);
    xmlFree(what);
    give_truth(ctxt, is_so);
}

static void
bought(xmlXPathParserContext *ctxt, int nargs)
{
    ask_days(ctxt, nargs, facts_bought);
}

static void
bought_category(xmlXPathParserContext *ctxt, int nargs)
{
    ask_days(ctxt, nargs, facts_bought_category);
}

static void
bought_tag(xmlXPathParserContext *ctxt, int nargs)
{
    ask_days(ctxt, nargs, facts_bought_tag);
}

static void
sought(xmlXPathParserContext *ctxt, int nargs)
{
    ask_days(ctxt, nargs, facts_sought);
}

static void
quantity_bought(xmlXPathParserContext *ctxt, int nargs)
{
    if (nargs < 1 || nargs > 2)
        XP_ERROR(XPATH_INVALID_ARITY);
    int32_t days = pop_days(ctxt, nargs, 2);
    xmlChar *sku = xmlXPathPopString(ctxt);
    int64_t quantity = 0;
    if (sku != NULL && days >= 0)
        quantity = facts_quantity_bought(run_of(ctxt)->facts, (const char *)sku, days);
    xmlFree(sku);
    give(ctxt, xmlXPathNewFloat((double)quantity));
}

static void
in_order(xmlXPathParserContext *ctxt, int nargs)
{
    ask(ctxt, nargs, facts_in_order);
}

static void
category_in_order(xmlXPathParserContext *ctxt, int nargs)
{
    ask(ctxt, nargs, facts_category_in_order);
}

static void
tag_in_order(xmlXPathParserContext *ctxt, int nargs)
{
    ask(ctxt, nargs, facts_tag_in_order);
}

static void
interested_in(xmlXPathParserContext *ctxt, int nargs)
{
    ask(ctxt, nargs, facts_interested_in);
}

static void
shown(xmlXPathParserContext *ctxt, int nargs)
{
    ask_days(ctxt, nargs, facts_shown);
}

static void
answered(xmlXPathParserContext *ctxt, int nargs)
{
    ask_days(ctxt, nargs, facts_answered);
}

static void
badge(xmlXPathParserContext *ctxt, int nargs)
{
    ask(ctxt, nargs, facts_has_badge);
}

static void
draw(xmlXPathParserContext *ctxt, int nargs)
{
    CHECK_ARITY(2);
    struct expr_run *run = run_of(ctxt);
    double odds = xmlXPathPopNumber(ctxt);
    xmlChar *name = xmlXPathPopString(ctxt);
    bool is_won = name != NULL && run->draw(run, (const char *)name) < odds;
    xmlFree(name);
    give_truth(ctxt, is_won);
}

static void
style(xmlXPathParserContext *ctxt, int nargs)
{
    CHECK_ARITY(1);
    xmlChar *question = xmlXPathPopString(ctxt);
    const char *value = "";
    if (question != NULL)
        value = facts_style(run_of(ctxt)->facts, (const char *)question);
    xmlFree(question);
    give(ctxt, xmlXPathNewCString(value));
}

static void
kept_tag(xmlXPathParserContext *ctxt, int nargs)
{
    CHECK_ARITY(1);
    xmlChar *tag = xmlXPathPopString(ctxt);
    int64_t count = tag != NULL ? facts_kept_tag(run_of(ctxt)->facts, (char *)tag) : 0;
    xmlFree(tag);
    give(ctxt, xmlXPathNewFloat((double)count));
}

static void
returned_tag(xmlXPathParserContext *ctxt, int nargs)
{
    CHECK_ARITY(1);
    xmlChar *tag = xmlXPathPopString(ctxt);
    int64_t count =
        tag != NULL ? facts_returned_tag(run_of(ctxt)->facts, (char *)tag) : 0;
    xmlFree(tag);
    give(ctxt, xmlXPathNewFloat((double)count));
}

static void
rating(xmlXPathParserContext *ctxt, int nargs)
{
    CHECK_ARITY(1);
    xmlChar *offer = xmlXPathPopString(ctxt);
    double score = offer != NULL ? facts_rating(run_of(ctxt)->facts, (char *)offer) : NAN;
    xmlFree(offer);
    give(ctxt, xmlXPathNewFloat(score));
}

static void
within(xmlXPathParserContext *ctxt, int nargs)
{
    CHECK_ARITY(2);
    int32_t days = pop_days(ctxt, nargs, 2);
    xmlChar *date = xmlXPathPopString(ctxt);
    bool is_so = date != NULL && days >= 0 &&
                 facts_within(run_of(ctxt)->facts, (const char *)date, days);
    xmlFree(date);
    give_truth(ctxt, is_so);
}

static void
segment(xmlXPathParserContext *ctxt, int nargs)
{
    CHECK_ARITY(1);
    struct expr_run *run = run_of(ctxt);
    xmlChar *name = xmlXPathPopString(ctxt);
    int is_in = name != NULL ? run->is_in_segment(run, (const char *)name) : -1;
    xmlFree(name);
    if (is_in < 0)
        XP_ERROR(XPATH_EXPR_ERROR);
    give_truth(ctxt, is_in == 1);
}

static void
arm(xmlXPathParserContext *ctxt, int nargs)
{
    CHECK_ARITY(1);
    struct expr_run *run = run_of(ctxt);
    xmlChar *name = xmlXPathPopString(ctxt);
    const char *found = name != NULL ? run->arm_in(run, (const char *)name) : NULL;
    xmlFree(name);
    if (found == NULL)
        XP_ERROR(XPATH_EXPR_ERROR);
    give(ctxt, xmlXPathNewCString(found));
}

#define TRUTH EXPR_TYPE_TRUTH
#define NUMBER EXPR_TYPE_NUMBER
#define TEXT EXPR_TYPE_TEXT
const struct expr_function expr_functions[] = {
    {"bought", "cn?", TRUTH, bought, "The SKU was bought within so many days."},
    {"bought-category", "cn?", TRUTH, bought_category,
     "Something of the category was bought within so many days."},
    {"bought-tag", "cn?", TRUTH, bought_tag,
     "Something with the tag was bought within so many days."},
    {"quantity-bought", "cn?", NUMBER, quantity_bought,
     "How many of the SKU were bought within so many days."},
    {"in-order", "c", TRUTH, in_order, "The SKU is in this order."},
    {"category-in-order", "c", TRUTH, category_in_order,
     "Something of the category is in this order."},
    {"tag-in-order", "c", TRUTH, tag_in_order,
     "Something with the tag is in this order."},
    {"interested-in", "c", TRUTH, interested_in, "The customer named that interest."},
    {"sought", "cn?", TRUTH, sought,
     "The customer looked for it within so many days and did not find it."},
    {"shown", "on?", TRUTH, shown,
     "The offer went out to the customer on paper within so many days before this order."},
    {"answered", "on?", TRUTH, answered,
     "What the offer's paper asked was answered, or its coupon redeemed, within so many "
     "days."},
    {"badge", "b", TRUTH, badge, "The customer holds that badge, with this order."},
    {"draw", "lp", TRUTH, draw,
     "The order wins the draw of that name, at odds from 0 to 1."},
    {"style", "c", TEXT, style, "The latest answer to a question on style; else empty."},
    {"kept-tag", "c", NUMBER, kept_tag,
     "How many items with the tag the customer bought and kept."},
    {"returned-tag", "c", NUMBER, returned_tag, "How many items with the tag came back."},
    {"rating", "o", NUMBER, rating,
     "How the customer liked a piece of that offer, 1 to 5, as told latest; unknown when "
     "never told."},
    {"within", "dn", TRUTH, within,
     "The day (yyyy-mm-dd, or --mm-dd in every year) is today or at most so many days "
     "ahead."},
    {"segment", "s", TRUTH, segment, "The customer is in that segment of this campaign."},
    {"arm", "e", TEXT, arm,
     "The customer's arm of that experiment; empty for who takes no part."},
    /* libxml2's own */
    {"not", "q", TRUTH, NULL, "Yes when the argument is no."},
    {"true", "", TRUTH, NULL, "Yes."},
    {"false", "", TRUTH, NULL, "No."},
    {"boolean", "a", TRUTH, NULL,
     "Yes for a number that is not 0 and known, or a text that is not empty."},
    {"number", "a", NUMBER, NULL, "The argument as a number."},
    {"round", "n", NUMBER, NULL, "The nearest whole number."},
    {"floor", "n", NUMBER, NULL, "The whole number at or below."},
    {"ceiling", "n", NUMBER, NULL, "The whole number at or above."},
    {"string", "a", TEXT, NULL, "The argument as a text."},
    {"string-length", "t", NUMBER, NULL, "How many characters the text has."},
    {"concat", "aa*", TEXT, NULL, "The arguments one after another."},
    {"contains", "tt", TRUTH, NULL, "The second text is somewhere in the first."},
    {"starts-with", "tt", TRUTH, NULL, "The first text begins with the second."},
    {"substring", "tnn?", TEXT, NULL,
     "A part of the text: from that character, counted from 1, so many."},
    {"substring-before", "tt", TEXT, NULL, "What stands before the second text."},
    {"substring-after", "tt", TEXT, NULL, "What stands after the second text."},
    {"translate", "ttt", TEXT, NULL,
     "The first text with each character of the second made that of the third."},
    {"normalize-space", "t", TEXT, NULL,
     "The text without blanks around it and with single ones inside."},
};
const size_t expr_function_count = COUNT_OF(expr_functions);
#undef TRUTH
#undef NUMBER
#undef TEXT

const struct expr_function *
expr_function_find(const char *name)
{
    for (size_t i = 0; i < expr_function_count; i++)
        if (strcmp(expr_functions[i].name, name) == 0)
            return &expr_functions[i];
    return NULL;
}

/* --- variables -------------------------------------------------------------------- */

static xmlXPathObject *
look_up(void *data, const xmlChar *name, const xmlChar *ns_uri)
{
    struct expr_run *run = data;
    const struct fact_def *def = ns_uri == NULL ? fact_find((const char *)name) : NULL;

    if (def == NULL)
        return NULL; /* libxml2 makes an error of it */
    const struct fact *fact = &run->facts->fact[def->id];
    switch (def->type) {
    case FACT_NUMBER:
    case FACT_MONEY:
        return made(run, xmlXPathNewFloat(fact->number));
    case FACT_TRUTH:
        return made(run, xmlXPathNewBoolean(fact->number != 0.0));
    default:
        return made(run, xmlXPathNewCString(fact->text != NULL ? fact->text : ""));
    }
}

static void
keep_error(void *data, xmlErrorPtr error)
{
    struct expr_run *run = data;
    if (run->error[0] != '\0')
        return;
    const char *message = error->message != NULL ? error->message : "no reason given";
    snprintf(run->error, sizeof run->error, "%s", message);
    run->error[strcspn(run->error, "\n")] = '\0';
}

bool
expr_register(xmlXPathContext *context, struct expr_run *run)
{
    context->userData = run;
    context->error = keep_error;
    xmlXPathRegisterVariableLookup(context, look_up, run);
    for (size_t i = 0; i < expr_function_count; i++) {
        const struct expr_function *function = &expr_functions[i];
        if (function->evaluate != NULL &&
            xmlXPathRegisterFunc(context, BAD_CAST function->name, function->evaluate) !=
                0)
            return false;
    }
    return true;
}
