/* Experiments: reading them, and dealing customers to their arms.
 *
 * GrowthBook's rules, so that an analyst with any of its libraries finds the same arm:
 * the namespace first (hash 1), then ranges by weight and coverage (hash 2). A range
 * begins where its weight has it and grows from there, so a higher coverage only adds. */
#include "campaign/campaign-inside.h"

#include "base/text.h"
#include "base/xml.h"

const struct experiment_arm *
experiment_arm(const struct experiment *experiment, const char *customer,
               struct day today)
{
    double sum = 0.0, from = 0.0;
    double coverage = experiment->coverage_bp / 10000.0;

    if ((!day_is_none(experiment->since) && today.n < experiment->since.n) ||
        (!day_is_none(experiment->until) && today.n > experiment->until.n))
        return NULL;
    if (experiment->namespace_name != NULL &&
        !assign_in_namespace(customer, experiment->namespace_name, experiment->from,
                             experiment->to))
        return NULL;
    double n = assign_hash(experiment->seed, customer, 2);
    for (size_t i = 0; i < experiment->arm_count; i++)
        sum += experiment->arms[i].weight;
    for (size_t i = 0; i < experiment->arm_count; i++) {
        double weight = experiment->arms[i].weight / sum;
        if (n >= from && n < from + coverage * weight)
            return &experiment->arms[i];
        from += weight;
    }
    return NULL;
}

/* --- reading ------------------------------------------------------------------------ */

static void
read_arms(struct reader *reader, const xmlNode *node, struct experiment *experiment)
{
    int64_t weights = 0;
    size_t count = 0;

    for (xmlNode *n = xml_first(node, "arm"); n != NULL; n = xml_next(n, "arm"))
        count++;
    struct experiment_arm *arms = reader_array(reader, count, sizeof *arms);
    if (arms == NULL)
        return;
    for (xmlNode *n = xml_first(node, "arm"); n != NULL; n = xml_next(n, "arm")) {
        struct experiment_arm *arm = &arms[experiment->arm_count++];
        arm->name = xml_attr(reader->arena, n, "name");
        arm->weight = (int32_t)reader_number(reader, n, "weight", 0);
        weights += arm->weight;
        for (const struct experiment_arm *other = arms; other < arm; other++)
            if (text_equal(other->name, arm->name))
                reader_complain(reader, NOTE_CAMPAIGN_DUPLICATE, xml_line(n),
                                "experiment '%s' has two arms '%s'", experiment->name,
                                arm->name);
    }
    experiment->arms = arms;
    if (weights == 0)
        reader_complain(reader, NOTE_CAMPAIGN_WEIGHTS, experiment->line,
                        "experiment '%s': the weights of its arms come to 0",
                        experiment->name);
}

/* Two parts of one namespace that overlap share customers, who then are in both. */
static void
check_namespace(struct reader *reader, const struct experiment *experiment)
{
    if (experiment->namespace_name == NULL)
        return;
    if (experiment->from >= experiment->to)
        reader_complain(reader, NOTE_CAMPAIGN_EXPERIMENT, experiment->line,
                        "experiment '%s': its part of the namespace is empty",
                        experiment->name);
    for (const struct experiment *e = reader->experiments; e < experiment; e++)
        if (text_equal(e->namespace_name, experiment->namespace_name) &&
            e->from < experiment->to && experiment->from < e->to)
            reader_complain(reader, NOTE_CAMPAIGN_EXPERIMENT, experiment->line,
                            "experiment '%s' overlaps '%s' in namespace '%s'",
                            experiment->name, e->name, e->namespace_name);
}

static void
read_experiment(struct reader *reader, const xmlNode *node, struct experiment *experiment)
{
    experiment->name = xml_attr(reader->arena, node, "name");
    experiment->line = xml_line(node);
    experiment->seed = xml_attr(reader->arena, node, "seed");
    if (experiment->seed == NULL)
        experiment->seed = arena_printf(reader->arena, "%s:experiment:%s",
                                        reader->campaign->seed, experiment->name);
    if (experiment->seed == NULL)
        reader->is_out_of_memory = true;
    experiment->namespace_name = xml_attr(reader->arena, node, "namespace");
    experiment->from = reader_share(reader, node, "from") / 10000.0;
    experiment->to = reader_share(reader, node, "to") / 10000.0;
    experiment->coverage_bp = xml_attr(reader->arena, node, "coverage") != NULL
                                  ? reader_share(reader, node, "coverage")
                                  : 10000;
    experiment->since = reader_day(reader, node, "since");
    experiment->until = reader_day(reader, node, "until");
    for (const struct experiment *e = reader->experiments; e < experiment; e++)
        if (text_equal(e->name, experiment->name))
            reader_complain(reader, NOTE_CAMPAIGN_DUPLICATE, experiment->line,
                            "experiment '%s' stands already in line %d", e->name,
                            (int)e->line);
    check_namespace(reader, experiment);
    read_arms(reader, node, experiment);
}

void
reader_experiments(struct reader *reader, const xmlNode *root)
{
    size_t count = 0;

    for (xmlNode *n = xml_first(root, "experiment"); n != NULL;
         n = xml_next(n, "experiment"))
        read_experiment(reader, n, &reader->experiments[count++]);
    reader->names.experiments = reader->experiments;
    reader->names.experiment_count = count;
}
