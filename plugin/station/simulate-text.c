/* What a simulation came to, for people and for scripts: words first. */
#include "station/simulate.h"

#include "base/money.h"

#include <math.h>
#include <string.h>

#define CHANGES_TOLD 20

static void
put_money(struct buf *out, const char *currency, double minor, bool is_signed)
{
    struct money money = {llround(minor), ""};
    char text[32];
    strncpy(money.currency, currency, sizeof(money.currency) - 1);
    money_text(money, text);
    buf_printf(out, "%s%s", is_signed && money.minor > 0 ? "+" : "", text);
}

static void
put_range(struct buf *out, const char *currency, const struct estimate *estimate,
          bool is_signed)
{
    if (!isfinite(estimate->value)) {
        buf_puts(out, "not known");
        return;
    }
    put_money(out, currency, estimate->value, is_signed);
    if (!isfinite(estimate->low) || !isfinite(estimate->high)) {
        buf_puts(out, "  (too few to say how well that is known)");
        return;
    }
    buf_puts(out, "  (");
    put_money(out, currency, estimate->low, is_signed);
    buf_puts(out, " to ");
    put_money(out, currency, estimate->high, is_signed);
    buf_puts(out, ")");
}

/* The estimate to go by: doubly robust where there is one, else self-normalised. */
static const struct estimate *
best_gain(const struct simulated *simulated)
{
    return isfinite(simulated->gain.robust.error) ? &simulated->gain.robust
                                                  : &simulated->gain.snips;
}

/* --- text -----------------------------------------------------------------------------
 */

static void
tell_counts(const struct simulated *simulated, struct buf *out)
{
    buf_printf(out,
               "Campaign %s over the log: %lld of %lld decisions made again, %lld "
               "would change.\n",
               simulated->campaign, (long long)simulated->replayed,
               (long long)simulated->decisions, (long long)simulated->changed);
    if (simulated->unkept > 0)
        buf_printf(out,
                   "%lld could not be: what they were made from is not kept any more.\n",
                   (long long)simulated->unkept);
    if (simulated->told > 0)
        buf_printf(out, "%lld were made by another system and are left out.\n",
                   (long long)simulated->told);
}

static void
tell_amounts(const struct simulated *simulated, struct buf *out)
{
    const struct amounts *const both[] = {&simulated->logged, &simulated->made};
    static const char *const names[] = {"as logged", "simulated"};
    buf_printf(out, "\n%-14s %10s %14s %18s   (%s)\n", "", "pieces", "paper, time",
               "coupons promised", simulated->currency);
    for (int i = 0; i < 2; i++) {
        struct buf paper BUF_AUTO = {0}, coupons BUF_AUTO = {0};
        put_money(&paper, simulated->currency, (double)both[i]->paper_minor, false);
        put_money(&coupons, simulated->currency, (double)both[i]->coupons_minor, false);
        buf_printf(out, "%-14s %10lld %14s %18s\n", names[i], (long long)both[i]->pieces,
                   paper.failed ? "" : paper.p, coupons.failed ? "" : coupons.p);
    }
}

static void
tell_changes(const struct simulated *simulated, struct buf *out)
{
    for (size_t i = 0; i < simulated->placement_count; i++) {
        const struct shift *placement = &simulated->placements[i];
        buf_printf(out, "\nplacement %s: %lld of %lld change\n", placement->name,
                   (long long)placement->changed, (long long)placement->count);
        size_t told = 0;
        for (size_t k = 0; k < simulated->change_count; k++) {
            const struct change *change = &simulated->changes[k];
            if (strcmp(change->placement, placement->name) != 0 || ++told > CHANGES_TOLD)
                continue;
            buf_printf(out, "  %8lld  %s -> %s  (%s%s%s%s%s)\n", (long long)change->count,
                       change->from ? change->from : "nothing",
                       change->to ? change->to : "nothing", change->examples[0],
                       change->examples[1] ? ", " : "",
                       change->examples[1] ? change->examples[1] : "",
                       change->examples[2] ? ", " : "",
                       change->examples[2] ? change->examples[2] : "");
        }
        if (told > CHANGES_TOLD)
            buf_printf(out, "  and %zu rarer ones, which --json has\n", told - CHANGES_TOLD);
    }
    if (simulated->segment_count > 0)
        buf_puts(out, "\nby segment\n");
    for (size_t i = 0; i < simulated->segment_count; i++)
        buf_printf(out, "  %-28s %8lld of %lld change\n", simulated->segments[i].name,
                   (long long)simulated->segments[i].changed,
                   (long long)simulated->segments[i].count);
}

static void
tell_word(const struct simulated *simulated, struct buf *out)
{
    const char *what = simulated->is_margin ? "margin" : "revenue";
    const struct estimate *gain = best_gain(simulated);
    buf_printf(out, "\n%s per decision within %d days, of %lld decisions\n",
               simulated->is_margin ? "Margin" : "Revenue", simulated->within_days,
               (long long)simulated->valued);
    if (simulated->value.verdict != POLICY_SOUND)
        buf_printf(out, "CANNOT TELL: %s.\n",
                   policy_verdict_text(simulated->value.verdict));
    else if (!isfinite(gain->error) || gain->error <= 0)
        buf_printf(out, "NO DIFFERENCE. It does the same wherever it was done before.\n");
    else if (estimate_tells(gain))
        buf_printf(out, "%s. It would have brought %s %s than what was done.\n",
                   gain->value > 0 ? "BETTER" : "WORSE",
                   gain->value > 0 ? "more" : "less", what);
    else
        buf_printf(out, "CANNOT TELL YET. More %s and less both fit the log.\n", what);
}

static void
tell_value(const struct simulated *simulated, struct buf *out)
{
    const struct policy_value *value = &simulated->value;
    const struct {
        const char *name;
        const struct estimate *estimate;
        bool is_gain;
    } rows[] = {{"what was done", &value->followed, false},
                {"simulated, by weights (IPS)", &value->ips, false},
                {"  self-normalised (SNIPS)", &value->snips, false},
                {"  doubly robust (DR)", &value->robust, false},
                {"difference, SNIPS", &simulated->gain.snips, true},
                {"difference, DR", &simulated->gain.robust, true}};
    bool is_sound = value->verdict == POLICY_SOUND;
    char effective[32], share[32];
    tell_word(simulated, out);
    if (simulated->valued == 0)
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool is_known =
            isfinite(rows[i].estimate->low) && isfinite(rows[i].estimate->high);
        if (i > 0 && (!is_sound || (rows[i].is_gain && !is_known)))
            continue; /* nobody should go by these */
        buf_printf(out, "  %-30s ", rows[i].name);
        put_range(out, simulated->currency, rows[i].estimate, rows[i].is_gain);
        buf_puts(out, "\n");
    }
    text_from_double(round(value->effective), effective);
    text_from_double(round(1000 * fmin(1, value->mean_weight)) / 10, share);
    buf_printf(out,
               "  as much as %s customers would tell; the log covers %s %% of what it "
               "does\n",
               effective, share);
    if (simulated->held_out > 0)
        buf_printf(out, "  %lld decisions about customers held out are no part of it\n",
                   (long long)simulated->held_out);
}

void
simulated_tell(const struct simulated *simulated, struct buf *out)
{
    tell_counts(simulated, out);
    tell_amounts(simulated, out);
    tell_changes(simulated, out);
    tell_value(simulated, out);
}

/* --- JSON -----------------------------------------------------------------------------
 */

static void
put_number(struct buf *out, const char *name, double value)
{
    char text[32] = "null";
    if (isfinite(value))
        text_from_double(value, text);
    buf_printf(out, ", \"%s\": %s", name, text);
}

static void
put_estimate(struct buf *out, const char *name, const struct estimate *estimate,
             double scale)
{
    buf_printf(out, ", \"%s\": {\"unit\": \"decision\"", name);
    put_number(out, "value", estimate->value * scale);
    put_number(out, "low", estimate->low * scale);
    put_number(out, "high", estimate->high * scale);
    put_number(out, "p", estimate->p);
    buf_puts(out, "}");
}

static void
put_amounts(struct buf *out, const char *name, const struct amounts *amounts,
            double scale)
{
    buf_printf(out, ", \"%s\": {\"pieces\": %lld", name, (long long)amounts->pieces);
    put_number(out, "paper_cost", (double)amounts->paper_minor * scale);
    put_number(out, "coupons_promised", (double)amounts->coupons_minor * scale);
    buf_puts(out, "}");
}

static void
put_shifts(struct buf *out, const char *name, const struct shift *shifts, size_t count)
{
    buf_printf(out, ",\n \"%s\": [", name);
    for (size_t i = 0; i < count; i++) {
        buf_puts(out, i ? ", {\"name\": " : "{\"name\": ");
        buf_json(out, shifts[i].name);
        buf_printf(out, ", \"decisions\": %lld, \"changed\": %lld}",
                   (long long)shifts[i].count, (long long)shifts[i].changed);
    }
    buf_puts(out, "]");
}

static void
put_changes(struct buf *out, const struct simulated *simulated)
{
    buf_puts(out, ",\n \"changes\": [");
    for (size_t i = 0; i < simulated->change_count; i++) {
        const struct change *change = &simulated->changes[i];
        buf_puts(out, i ? ",\n  {\"placement\": " : "{\"placement\": ");
        buf_json(out, change->placement);
        buf_puts(out, ", \"from\": ");
        buf_json(out, change->from);
        buf_puts(out, ", \"to\": ");
        buf_json(out, change->to);
        buf_printf(out, ", \"decisions\": %lld, \"orders\": [", (long long)change->count);
        for (int k = 0; k < CHANGE_EXAMPLES && change->examples[k]; k++) {
            buf_puts(out, k ? ", " : "");
            buf_json(out, change->examples[k]);
        }
        buf_puts(out, "]}");
    }
    buf_puts(out, "]");
}

void
simulated_json(const struct simulated *simulated, struct buf *out)
{
    static const char *const verdicts[] = {[POLICY_SOUND] = "sound",
                                           [POLICY_NO_ROWS] = "no-rows",
                                           [POLICY_UNREACHED] = "unreached",
                                           [POLICY_MISLOGGED] = "mislogged",
                                           [POLICY_TOO_THIN] = "too-thin"};
    double scale = pow(10, -money_digits(simulated->currency));
    const struct policy_value *value = &simulated->value;
    buf_puts(out, "{\"campaign\": ");
    buf_json(out, simulated->campaign);
    buf_puts(out, ", \"currency\": ");
    buf_json(out, simulated->currency);
    put_number(out, "within_days", simulated->within_days);
    put_number(out, "decisions", (double)simulated->decisions);
    put_number(out, "replayed", (double)simulated->replayed);
    put_number(out, "changed", (double)simulated->changed);
    put_number(out, "not_kept", (double)simulated->unkept);
    put_number(out, "told", (double)simulated->told);
    put_amounts(out, "logged", &simulated->logged, scale);
    put_amounts(out, "simulated", &simulated->made, scale);
    put_shifts(out, "placements", simulated->placements, simulated->placement_count);
    put_shifts(out, "segments", simulated->segments, simulated->segment_count);
    put_changes(out, simulated);
    buf_printf(out, ",\n \"value\": {\"of\": \"%s\", \"verdict\": \"%s\"",
               simulated->is_margin ? "margin" : "revenue", verdicts[value->verdict]);
    put_number(out, "decisions", (double)simulated->valued);
    put_number(out, "held_out", (double)simulated->held_out);
    put_number(out, "effective", value->effective);
    put_number(out, "mean_weight", value->mean_weight);
    put_number(out, "unreached", value->unreached);
    put_estimate(out, "done", &value->followed, scale);
    put_estimate(out, "ips", &value->ips, scale);
    put_estimate(out, "snips", &value->snips, scale);
    put_estimate(out, "robust", &value->robust, scale);
    put_estimate(out, "snips_gain", &simulated->gain.snips, scale);
    put_estimate(out, "robust_gain", &simulated->gain.robust, scale);
    buf_puts(out, "}}\n");
}
