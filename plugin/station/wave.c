/* Waves: orders decided and rendered ahead by as many hands as there are.
 *
 * A hand is a thread with a bench of its own. It takes a share of the wave, decides all of
 * it in one group of the ledger, renders it with no lock held, and keeps the sheets and
 * says "done" in a second group. What is killed in between is done again by whoever takes
 * the share next: the decisions stand, so nothing is promised twice. A share that another
 * machine's database conflict threw out is done again order by order. */
#include "station/wave.h"

#include "station/found.h"
#include "station/knowledge.h"
#include "station/print.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHARE 16
#define LEASE_S 120
#define ORDER_BUDGET_MS 30000
#define WAIT_STEP_MS 100
#define JOBS_MOST 64
#define WORKER_SIZE 160

struct wave_work {
    struct tuck_shop *shop;
    const struct tuck_wave_run *how;
    struct notes *notes; /* guarded by `lock` */
    pthread_mutex_t lock;
    int64_t total, ended; /* orders of the wave, and those that need nothing more */
    struct tuck_wave_result result;
    enum status status; /* the first that ends everything */
    bool is_stopped;
    int64_t wait_until_ms;
};

struct hand {
    pthread_t thread;
    struct wave_work *work;
    struct bench *bench;
    struct ledger *ledger;
    struct arena *arena; /* of the share */
    struct notes notes;
    char worker[WORKER_SIZE];
};

/* One order of a share. */
struct task {
    struct wave_order *order;
    struct tuck_carton *carton;
    enum status status;
};

void
wave_output(struct tuck_shop *shop, const struct piece *piece, const char *printer,
            struct output *ret, ptrdiff_t *ret_printer)
{
    ptrdiff_t index =
        printer ? settings_find_printer(shop->settings, printer)
                : print_first_choice(shop, piece->placement->name, piece->template_name,
                                     NULL);
    output_plain(SHEET_PDF, 0, ret);
    *ret_printer = index;
    if (index >= 0)
        output_of_printer(&shop->settings->printers[index], ret);
}

/* --- a share ---------------------------------------------------------------------------- */

static bool
is_stopped(struct wave_work *work)
{
    pthread_mutex_lock(&work->lock);
    if (work->how->cancel && *work->how->cancel)
        work->is_stopped = true;
    bool is = work->is_stopped;
    pthread_mutex_unlock(&work->lock);
    return is;
}

static enum status
decide_one(struct hand *hand, struct task *task)
{
    struct tuck_shop *shop = hand->work->shop;
    const struct tuck_order how = {.size = sizeof(how),
                                   .flags = TUCK_NO_SHEETS,
                                   .bytes = task->order->document,
                                   .length = task->order->document_n,
                                   .name = task->order->name};
    carton_free(task->carton);
    task->carton = NULL;
    enum status status = carton_new(shop, &task->carton);
    if (status != STATUS_OK)
        return status;
    struct way way = {.shop = shop,
                      .carton = task->carton,
                      .how = &how,
                      .patience = {clock_monotonic_ms() + ORDER_BUDGET_MS,
                                   hand->work->how->cancel},
                      .bench = hand->bench};
    task->status = way_answer(&way);
    knowledge_unref(way.knowledge);
    return task->status;
}

static bool
is_passing(enum status status)
{
    return status == STATUS_RETRY || status == STATUS_OUTSIDE ||
           status == STATUS_CANCELLED || status == STATUS_NO_MEMORY;
}

/* Servers of history are asked outside of any group: a lock is not held over a network. */
static bool
may_group(const struct tuck_shop *shop)
{
    for (size_t i = 0; i < shop->settings->source_count; i++)
        if (shop->settings->sources[i].url)
            return false;
    return true;
}

static enum status
decide_group(struct hand *hand, struct task *tasks, size_t count)
{
    enum status status = ledger_group_begin(hand->ledger, &hand->notes);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count && !is_stopped(hand->work); i++)
        decide_one(hand, &tasks[i]);
    return ledger_group_end(hand->ledger, &hand->notes);
}

static void
decide_share(struct hand *hand, struct task *tasks, size_t count)
{
    if (may_group(hand->work->shop) && decide_group(hand, tasks, count) == STATUS_OK)
        return;
    hand->notes.count = 0;
    for (size_t i = 0; i < count && !is_stopped(hand->work); i++)
        decide_one(hand, &tasks[i]);
}

/* Renders without the ledger: sheets stay in the carton until they are kept. */
static void
render_one(struct hand *hand, struct task *task)
{
    struct tuck_carton *carton = task->carton;
    const struct patience patience = {clock_monotonic_ms() + ORDER_BUDGET_MS,
                                      hand->work->how->cancel};
    for (size_t i = 0; task->status == STATUS_OK && i < carton->piece_count; i++) {
        struct piece *piece = &carton->pieces[i];
        const struct rendered *rendered = NULL;
        struct output output;
        ptrdiff_t printer;
        if (piece->outcome != TUCK_CHOSEN)
            continue;
        wave_output(hand->work->shop, piece, hand->work->how->printer, &output, &printer);
        task->status = piece_render(carton, piece, &output, NULL, &patience,
                                    &carton->notes, &rendered);
    }
}

static enum status
keep_one(struct hand *hand, const struct task *task)
{
    const struct tuck_carton *carton = task->carton;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < carton->piece_count; i++) {
        const struct piece *piece = &carton->pieces[i];
        const struct piece_key key = {piece->placement->name, piece->number};
        if (piece->outcome != TUCK_CHOSEN || !carton->decision_id)
            continue;
        for (const struct rendered *r = piece->sheets; status == STATUS_OK && r; r = r->next)
            status = ledger_keep_sheet(hand->ledger, carton->decision_id, &key,
                                       r->output.format, r->output.key, r->bytes, r->size,
                                       &hand->notes);
    }
    return status;
}

static const char *
first_words(const struct task *task)
{
    const struct notes *notes = task->carton ? &task->carton->notes : NULL;
    for (size_t i = 0; notes && i < notes->count; i++)
        if (notes->note[i].level == NOTE_ERROR)
            return notes->note[i].text;
    return notes && notes->count ? notes->note[0].text : "it could not be decided";
}

/* What is to be said of each order of the share. */
static void
conclude(struct task *task)
{
    struct wave_order *order = task->order;
    const struct tuck_carton *carton = task->carton;
    order->note = "";
    if (!carton || is_passing(task->status)) {
        order->state = "waiting";
        return;
    }
    if (carton->order) {
        order->order = carton->order->id;
        order->package = carton->order->package;
    }
    order->decision = carton->decision_id;
    order->state = task->status == STATUS_OK ? "done" : "failed";
    if (task->status != STATUS_OK)
        order->note = first_words(task);
}

static enum status
keep_share(struct hand *hand, struct task *tasks, struct wave_order *orders, size_t count)
{
    const struct wave_work *work = hand->work;
    enum status status = ledger_group_begin(hand->ledger, &hand->notes);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        if (tasks[i].status == STATUS_OK && tasks[i].carton)
            status = keep_one(hand, &tasks[i]);
    if (status == STATUS_OK)
        status = ledger_wave_done(hand->ledger, work->shop->settings->merchant,
                                  work->how->name, hand->worker, orders, count,
                                  &hand->notes);
    enum status ended = ledger_group_end(hand->ledger, &hand->notes);
    return status == STATUS_OK ? ended : status;
}

/* --- telling ------------------------------------------------------------------------------ */

static void
count_task(struct wave_work *work, const struct task *task)
{
    work->result.done += text_equal(task->order->state, "done");
    work->result.failed += text_equal(task->order->state, "failed");
    work->ended += !text_equal(task->order->state, "waiting");
    for (size_t i = 0; task->carton && i < task->carton->piece_count; i++)
        for (const struct rendered *r = task->carton->pieces[i].sheets;
             r && task->carton->pieces[i].outcome == TUCK_CHOSEN; r = r->next) {
            work->result.sheets++;
            work->result.bytes += (int64_t)r->size;
        }
    if (text_equal(task->order->state, "failed"))
        note_add(work->notes, NOTE_WAVE_ORDER, task->order->name, 0, "%s",
                 task->order->note);
}

static void
tell_share(struct wave_work *work, const struct task *tasks, size_t count)
{
    char words[200];
    pthread_mutex_lock(&work->lock);
    for (size_t i = 0; i < count; i++) {
        const char *what = tasks[i].order->name;
        count_task(work, &tasks[i]);
        if (work->result.failed > 0) {
            snprintf(words, sizeof(words), "%lld failed  %.160s",
                     (long long)work->result.failed, what);
            what = words;
        }
        if (work->how->progress &&
            work->how->progress(work->how->progress_data, work->ended, work->total, what))
            work->is_stopped = true;
    }
    pthread_mutex_unlock(&work->lock);
}

static void
fail_work(struct wave_work *work, enum status status, const struct notes *notes)
{
    pthread_mutex_lock(&work->lock);
    if (work->status == STATUS_OK) {
        work->status = status;
        for (size_t i = 0; i < notes->count; i++)
            note_add(work->notes, notes->note[i].id, notes->note[i].file,
                     notes->note[i].line, "%s", notes->note[i].text);
    }
    work->is_stopped = true;
    pthread_mutex_unlock(&work->lock);
}

/* --- the dead of this machine ------------------------------------------------------------- */

/* "host:pid:when:hand" – when the process began, since numbers of processes come again. */
static long long
begun_at(long pid)
{
    char path[64], text[1024];
    long long when = 0;
    snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    size_t n = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[n] = '\0';
    char *at = strrchr(text, ')'); /* the name may hold anything */
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    if (at)
        when = atoll(at + 1);
    return when;
}

static void
name_worker(char worker[WORKER_SIZE], int number)
{
    char host[65] = "";
    if (gethostname(host, sizeof(host) - 1) != 0)
        strcpy(host, "?");
    snprintf(worker, WORKER_SIZE, "%s:%ld:%lld:%d", host, (long)getpid(),
             begun_at(getpid()), number);
}

static bool
is_dead_here(const char *worker)
{
    char host[65] = "", name[66];
    long pid = 0;
    long long when = 0;
    if (gethostname(host, sizeof(host) - 1) != 0 || !worker)
        return false;
    size_t n = strlen(host);
    snprintf(name, sizeof(name), "%s:", host);
    if (strncmp(worker, name, n + 1) != 0 ||
        sscanf(worker + n + 1, "%ld:%lld:", &pid, &when) != 2)
        return false;
    return begun_at(pid) != when;
}

/* A run that was killed goes on at once: the shares of this machine's dead are free. */
static enum status
free_shares_of_dead(struct hand *hand)
{
    const struct wave_work *work = hand->work;
    const char *merchant = work->shop->settings->merchant;
    struct wave_order *orders = NULL;
    size_t count = 0;
    enum status status =
        ledger_wave_orders(hand->ledger, merchant, work->how->name, "taken", hand->arena,
                           &hand->notes, &orders, &count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        if (!is_dead_here(orders[i].worker))
            continue;
        orders[i].state = "waiting";
        status = ledger_wave_done(hand->ledger, merchant, work->how->name,
                                  orders[i].worker, &orders[i], 1, &hand->notes);
    }
    return status;
}

/* --- a hand ------------------------------------------------------------------------------- */

static enum status
do_share(struct hand *hand, struct wave_order *orders, size_t count)
{
    struct task tasks[SHARE] = {{0}};
    for (size_t i = 0; i < count; i++)
        tasks[i] = (struct task){.order = &orders[i], .status = STATUS_CANCELLED};
    decide_share(hand, tasks, count);
    for (size_t i = 0; i < count; i++) {
        if (tasks[i].status == STATUS_OK && !is_stopped(hand->work))
            render_one(hand, &tasks[i]);
        else if (tasks[i].status == STATUS_OK)
            tasks[i].status = STATUS_CANCELLED;
    }
    for (size_t i = 0; i < count; i++)
        conclude(&tasks[i]);
    enum status status = keep_share(hand, tasks, orders, count);
    if (status == STATUS_RETRY) /* others were at the same rows: all of it once more */
        status = keep_share(hand, tasks, orders, count);
    if (status == STATUS_OK)
        tell_share(hand->work, tasks, count);
    for (size_t i = 0; i < count; i++)
        carton_free(tasks[i].carton);
    return status;
}

/* Others are at what is left: is it worth waiting for what they may give back? What the
 * dead of this machine hold is given back for them. */
static bool
wait_for_others(struct hand *hand)
{
    struct wave_work *work = hand->work;
    const struct timespec step = {0, WAIT_STEP_MS * 1000000};
    struct wave_level *levels = NULL;
    size_t count = 0;
    if (clock_monotonic_ms() >= work->wait_until_ms || is_stopped(work) ||
        free_shares_of_dead(hand) != STATUS_OK ||
        ledger_waves(hand->ledger, work->shop->settings->merchant, work->how->name,
                     hand->arena, &hand->notes, &levels, &count) != STATUS_OK ||
        count == 0 || levels[0].waiting + levels[0].taken == 0)
        return false;
    nanosleep(&step, NULL);
    return true;
}

static enum status
work_on(struct hand *hand)
{
    struct wave_work *work = hand->work;
    const struct patience patience = {INT64_MAX, work->how->cancel};
    enum status status =
        bench_ledger(work->shop, hand->bench, LEDGER_WRITE, &patience, &hand->notes,
                     &hand->ledger);
    while (status == STATUS_OK && !is_stopped(work)) {
        struct wave_order *orders = NULL;
        size_t count = 0;
        arena_reset(hand->arena);
        hand->notes.count = 0;
        ledger_set_patience(hand->ledger, &patience);
        status = ledger_wave_take(hand->ledger, work->shop->settings->merchant,
                                  work->how->name, hand->worker, LEASE_S, SHARE,
                                  hand->arena, &hand->notes, &orders, &count);
        if (status == STATUS_OK)
            status = do_share(hand, orders, count);
        else if (status == STATUS_WITHOUT && !wait_for_others(hand))
            return STATUS_OK;
        else if (status == STATUS_WITHOUT)
            status = STATUS_OK;
    }
    return status;
}

static void *
run_hand(void *data)
{
    struct hand *hand = data;
    enum status status = bench_borrow(hand->work->shop, &hand->notes, &hand->bench);
    hand->arena = arena_new(0);
    if (status == STATUS_OK && !hand->arena)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = work_on(hand);
    if (status != STATUS_OK && status != STATUS_CANCELLED)
        fail_work(hand->work, status, &hand->notes);
    if (hand->bench)
        bench_return(hand->work->shop, hand->bench);
    arena_free(hand->arena);
    return NULL;
}

/* --- the run ------------------------------------------------------------------------------ */

static enum status
prepare(struct wave_work *work)
{
    struct hand hand = {.work = work, .arena = arena_new(0)};
    struct desk desk;
    struct wave_level *levels = NULL;
    size_t count = 0;
    if (!hand.arena)
        return STATUS_NO_MEMORY;
    enum status status =
        desk_open(work->shop, LEDGER_WRITE, DESK_BUDGET_MS, NULL, work->notes, &desk);
    hand.ledger = desk.ledger;
    if (status == STATUS_OK)
        status = free_shares_of_dead(&hand);
    if (status == STATUS_OK)
        status = ledger_waves(desk.ledger, work->shop->settings->merchant,
                              work->how->name, hand.arena, work->notes, &levels, &count);
    if (status == STATUS_OK && count == 0)
        status = note_fail(work->notes, STATUS_WITHOUT, NOTE_NO_WAVE, NULL, 0,
                           "there is no wave \"%.64s\"", work->how->name);
    if (status == STATUS_OK) {
        work->total = levels[0].orders;
        work->ended = levels[0].done + levels[0].failed;
    }
    desk_close(&desk, work->notes);
    arena_free(hand.arena);
    return status;
}

static void
run_hands(struct wave_work *work, int32_t jobs)
{
    struct hand hands[JOBS_MOST];
    int32_t begun = 0;
    memset(hands, 0, sizeof(hands));
    for (; begun < jobs; begun++) {
        hands[begun].work = work;
        name_worker(hands[begun].worker, begun);
        if (pthread_create(&hands[begun].thread, NULL, run_hand, &hands[begun]) != 0)
            break;
    }
    for (int32_t i = 0; i < begun; i++)
        pthread_join(hands[i].thread, NULL);
    if (begun == 0)
        work->status = STATUS_OUTSIDE;
}

enum status
station_wave_run(struct tuck_shop *shop, const struct tuck_wave_run *how,
                 struct tuck_wave_result *ret, struct notes *notes)
{
    struct wave_work work = {.shop = shop, .how = how, .notes = notes};
    int64_t begun_ms = clock_monotonic_ms();
    int32_t jobs = how->jobs > 0 ? how->jobs : shop->settings->workers;
    int32_t pids[16], workers = shop_workers(shop, pids, 16);
    if (how->printer && settings_find_printer(shop->settings, how->printer) < 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_NO_PRINTERS, shop->settings->path,
                         0, "the settings name no printer \"%.60s\"", how->printer);
    if (how->jobs == 0 && workers > jobs)
        jobs = workers;
    work.result.size = ret->size;
    work.wait_until_ms = begun_ms + how->wait_ms;
    enum status status = prepare(&work);
    if (status != STATUS_OK)
        return status;
    pthread_mutex_init(&work.lock, NULL);
    run_hands(&work, jobs < JOBS_MOST ? jobs : JOBS_MOST);
    pthread_mutex_destroy(&work.lock);
    work.result.took_ms = clock_monotonic_ms() - begun_ms;
    *ret = work.result;
    shop_log(shop, notes);
    if (work.status != STATUS_OK)
        return work.status;
    if (work.is_stopped)
        return STATUS_CANCELLED;
    return work.result.failed ? STATUS_BAD_INPUT : STATUS_OK;
}
