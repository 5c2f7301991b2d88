/* A plan for readers: text for golden tests and `tuck why`, JSON for the ledger and
 * reports, and the texts that a choice hands to its template. */
#include "campaign/campaign.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* Six decimals are enough for a report, and the same on every machine. */
static void
probability_text(double probability, char out[32])
{
    text_from_double(round(probability * 1e6) / 1e6, out);
}

/* --- text --------------------------------------------------------------------------- */

static void
dump_choice(const struct choice *choice, struct buf *out)
{
    const struct offer *offer = choice->offer;
    char probability[32];

    buf_printf(out, "placement %s (%s): ", choice->placement->name,
               placement_kind_name(choice->placement->kind));
    if (offer == NULL) {
        buf_printf(out, "nothing%s\n  because: %s\n",
                   choice->is_barred ? ", no fallback either" : "", choice->reason);
        return;
    }
    buf_printf(out, "%s%s", choice->is_held_out ? "held out " : "", offer->name);
    if (choice->arm != NULL)
        buf_printf(out, ", arm %s", choice->arm->name);
    if (choice->template_name != NULL)
        buf_printf(out, ", template %s", choice->template_name);
    else if (offer->sku != NULL && !choice->is_held_out)
        buf_printf(out, ", pick %s from %s", offer->sku, offer->bin);
    probability_text(choice->probability, probability);
    buf_printf(out, "\n  because: %s\n  probability: %s\n", choice->reason, probability);
    for (size_t i = 0; i < offer->limit_count; i++)
        buf_printf(out, "%s%s%s", i > 0 ? ", " : "  limits: ", offer->limits[i]->name,
                   i + 1 < offer->limit_count ? "" : "\n");
}

void
plan_dump(const struct plan *plan, struct buf *out)
{
    buf_printf(out, "plan of campaign %s\n", plan->campaign->name);
    if (plan->group != NULL && plan->group[0] != '\0')
        buf_printf(out, "group %s\n", plan->group);
    for (size_t i = 0; i < plan->exposure_count; i++)
        buf_printf(out, "experiment %s: arm %s\n", plan->exposures[i].experiment->name,
                   plan->exposures[i].arm->name);
    for (size_t i = 0; i < plan->choice_count; i++)
        dump_choice(&plan->choices[i], out);
    for (size_t i = 0; i < plan->verdict_count; i++) {
        const struct verdict *verdict = &plan->verdicts[i];
        buf_printf(out, "offer %s: %s: %s\n", verdict->offer->name,
                   fate_name(verdict->fate), verdict->reason);
    }
}

/* --- JSON --------------------------------------------------------------------------- */

static void
json_member(struct buf *out, const char *before, const char *name, const char *value)
{
    buf_printf(out, "%s\"%s\":", before, name);
    buf_json(out, value);
}

static void
json_choice(const struct choice *choice, struct buf *out)
{
    const struct offer *offer = choice->offer;
    char probability[32];

    json_member(out, "{", "placement", choice->placement->name);
    json_member(out, ",", "kind", placement_kind_name(choice->placement->kind));
    json_member(out, ",", "offer", offer != NULL ? offer->name : NULL);
    json_member(out, ",", "arm", choice->arm != NULL ? choice->arm->name : NULL);
    json_member(out, ",", "template", choice->template_name);
    json_member(out, ",", "reason", choice->reason);
    probability_text(choice->probability, probability);
    buf_printf(out, ",\"probability\":%s,\"held_out\":%s,\"limits\":[", probability,
               choice->is_held_out ? "true" : "false");
    for (size_t i = 0; offer != NULL && i < offer->limit_count; i++) {
        buf_puts(out, i > 0 ? "," : "");
        buf_json(out, offer->limits[i]->name);
    }
    buf_puts(out, "]}");
}

void
plan_json(const struct plan *plan, struct buf *out)
{
    json_member(out, "{", "campaign", plan->campaign->name);
    json_member(out, ",", "digest", plan->campaign->digest);
    json_member(out, ",", "group", plan->group);
    buf_puts(out, ",\"experiments\":[");
    for (size_t i = 0; i < plan->exposure_count; i++) {
        const struct exposure *exposure = &plan->exposures[i];
        json_member(out, i > 0 ? ",{" : "{", "experiment", exposure->experiment->name);
        json_member(out, ",", "arm", exposure->arm->name);
        buf_puts(out, "}");
    }
    buf_puts(out, "],\"choices\":[");
    for (size_t i = 0; i < plan->choice_count; i++) {
        buf_puts(out, i > 0 ? "," : "");
        json_choice(&plan->choices[i], out);
    }
    buf_puts(out, "],\"offers\":[");
    for (size_t i = 0; i < plan->verdict_count; i++) {
        const struct verdict *verdict = &plan->verdicts[i];
        json_member(out, i > 0 ? ",{" : "{", "offer", verdict->offer->name);
        json_member(out, ",", "placement", verdict->offer->placement->name);
        json_member(out, ",", "fate", fate_name(verdict->fate));
        json_member(out, ",", "reason", verdict->reason);
        buf_puts(out, "}");
    }
    buf_puts(out, "]}");
}

/* --- texts -------------------------------------------------------------------------- */

/* How well a text of `lang` suits a reader of `reader`: 0 not, 1 for anybody, else more
 * the more of the tag they share. "de" suits "de-AT"; "de-AT" does not suit "de". */
static size_t
suits(const char *lang, const char *reader)
{
    if (lang == NULL)
        return 1;
    size_t n = strlen(lang);
    if (reader == NULL || strncasecmp(lang, reader, n) != 0 ||
        (reader[n] != '\0' && reader[n] != '-'))
        return 0;
    return 1 + n;
}

static const char *
find_text(const struct offer_text *texts, size_t count, const char *name,
          const char *lang)
{
    const char *best = NULL;
    size_t best_suits = 0;

    for (size_t i = 0; i < count; i++) {
        size_t n = strcmp(texts[i].name, name) == 0 ? suits(texts[i].lang, lang) : 0;
        if (n > best_suits) {
            best = texts[i].text;
            best_suits = n;
        }
    }
    return best;
}

const char *
choice_text(const struct choice *choice, const char *name, const char *lang)
{
    const struct placement *placement = choice->placement;
    const char *text = NULL;

    if (choice->offer == NULL)
        return find_text(placement->fallback_texts, placement->fallback_text_count, name,
                         lang);
    if (choice->arm != NULL)
        text = find_text(choice->arm->texts, choice->arm->text_count, name, lang);
    if (text == NULL)
        text = find_text(choice->offer->texts, choice->offer->text_count, name, lang);
    return text;
}
